#include <sferic/callbacks/prediction_writer.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <fstream>
#include <iterator>
#include <set>
#include <tuple>

#include "callbacks/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

class PredictionWriters : public testing::Test {
 protected:
  std::set<std::string> files() const {
    std::set<std::string> found;
    for (auto const& each : fs::recursive_directory_iterator(folder())) {
      if (each.is_regular_file())
        found.insert(each.path().lexically_relative(folder()).generic_string());
    }
    return found;
  }

  fs::path folder() const { return folder_.path() / "predictions"; }

  c10::IValue read(std::string const& name) const {
    std::ifstream file(folder() / name, std::ios::binary);
    return torch::jit::pickle_load({std::istreambuf_iterator<char>(file), {}});
  }

  std::vector<c10::IValue> read_all(std::string const& name) const {
    return read(name).toTupleRef().elements().vec();
  }

  /// Two loaders, of two batches and of one.
  std::vector<std::vector<torch::Tensor>> predict(WriteInterval interval) {
    Trainer trainer;
    trainer.add(PredictionWriter({.folder = folder(), .interval = interval}));
    auto first = batches(2);
    auto second = std::vector<Batch>{batch(7)};
    return trainer.predict(net_, std::tie(first, second));
  }

  TemporaryFolder folder_;
  Net net_;
};

TEST_F(PredictionWriters, WriteAFileForEachBatch) {
  auto const predictions = predict(WriteInterval::kBatch);
  EXPECT_EQ(files(), (std::set<std::string>{"0/0.pt", "0/1.pt", "1/0.pt"}));
  EXPECT_TRUE(read("0/1.pt").toTensor().equal(predictions[0][1]));
  EXPECT_TRUE(read("1/0.pt").toTensor().equal(predictions[1][0]));
}

TEST_F(PredictionWriters, WriteAFileForEachLoaderAtTheEnd) {
  auto const predictions = predict(WriteInterval::kEpoch);
  EXPECT_EQ(files(), (std::set<std::string>{"0.pt", "1.pt"}));
  auto const first = read_all("0.pt");
  ASSERT_EQ(first.size(), 2u);
  EXPECT_TRUE(first[0].toTensor().equal(predictions[0][0]));
  EXPECT_TRUE(first[1].toTensor().equal(predictions[0][1]));
  EXPECT_EQ(read_all("1.pt").size(), 1u);
}

TEST_F(PredictionWriters, WriteBothWhereTheyAreAskedTo) {
  predict(WriteInterval::kBatchAndEpoch);
  EXPECT_EQ(files(), (std::set<std::string>{"0/0.pt", "0/1.pt", "0.pt", "1/0.pt", "1.pt"}));
}

TEST_F(PredictionWriters, ReplaceOlderFilesAndKeepNothingOfTheLastPrediction) {
  predict(WriteInterval::kEpoch);
  predict(WriteInterval::kEpoch);
  EXPECT_EQ(read_all("0.pt").size(), 2u);
}

TEST_F(PredictionWriters, WriteNoMoreOfAViewThanItShows) {
  struct Viewing : Net {
    torch::Tensor predict_step(Batch const&) { return torch::zeros({100000}).narrow(0, 0, 1); }
  } net;
  Trainer trainer;
  trainer.add(PredictionWriter({.folder = folder()}));
  trainer.predict(net, batches(1), {.return_predictions = false});
  EXPECT_LT(fs::file_size(folder() / "0/0.pt"), 10000u);
}

TEST_F(PredictionWriters, LeaveOutBatchesWithoutAPrediction) {
  struct Silent : Net {
    void predict_step(Batch const&) {}
  } net;
  Trainer trainer;
  trainer.add(PredictionWriter({.folder = folder(), .interval = WriteInterval::kBatchAndEpoch}));
  trainer.predict(net, batches(1));
  EXPECT_FALSE(fs::exists(folder()));
}

TEST_F(PredictionWriters, TellWhichFileCannotBeWritten) {
  std::ofstream(folder()) << "no folder";
  EXPECT_NE(message_of<CheckpointError>([&] { predict(WriteInterval::kEpoch); }).find("0.pt"),
            std::string::npos);
}

TEST(PredictionWriterTest, NeedsAFolder) {
  EXPECT_EQ(message_of<std::invalid_argument>([] { PredictionWriter({}); }),
            "folder of PredictionWriter must be given, but got \"\"");
}

}  // namespace
}  // namespace sferic::test
