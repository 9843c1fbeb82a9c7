// What torch::data::make_data_loader returns, as a loader.

#include <gtest/gtest.h>

#include <exception>
#include <stdexcept>
#include <string>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

namespace data = torch::data;

/// Ten samples, each of which is `batch(index, 1)`.
struct TenSamples : data::datasets::Dataset<TenSamples> {
  Batch get(size_t index) override {
    if (index == broken) throw std::runtime_error("broken sample");
    auto const one = batch(static_cast<std::int64_t>(index), 1);
    return {one.data[0], one.target[0]};
  }
  torch::optional<size_t> size() const override { return 10; }
  size_t broken = 99;
};

/// Batches of 4, 4 and 2 samples.
auto loader_of(size_t workers, TenSamples samples = {}) {
  return data::make_data_loader<data::samplers::SequentialSampler>(
      samples.map(data::transforms::Stack<>()),
      data::DataLoaderOptions().batch_size(4).workers(workers));
}

class TorchData : public testing::TestWithParam<size_t> {};
INSTANTIATE_TEST_SUITE_P(Workers, TorchData, testing::Values(0u, 2u));

TEST_P(TorchData, LoadersCanBeTrainedAndValidatedOn) {
  Trainer trainer({.max_epochs = 2, .num_sanity_val_steps = -1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  std::string sizes;
  trainer.on<event::TrainBatchEnd>([&](auto const& e) {
    sizes += std::to_string(e.batch.template get<Batch>().data.size(0)) + " ";
  });
  Net net;
  trainer.fit(net, loader_of(GetParam()), loader_of(GetParam()));
  EXPECT_EQ(sizes, "4 4 2 4 4 2 ");
  EXPECT_EQ(recorder.count("validation_batch_end"), 9);
  EXPECT_EQ(recorder.count("validation_end"), 3);
}

TEST_P(TorchData, LoadersCanBeLeftInTheMiddleOfAPass) {
  Trainer trainer(
      {.max_epochs = 3, .limit_train_batches = 1, .num_sanity_val_steps = 1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  Net net;
  auto const train = loader_of(GetParam());
  auto const validation = loader_of(GetParam());
  trainer.fit(net, train, validation);
  EXPECT_EQ(recorder.count("train_batch_end"), 3);
  EXPECT_EQ(recorder.count("validation_batch_end"), 1 + 3 * 3);
}

TEST_P(TorchData, LoadersMayThrow) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  Net net;
  TenSamples samples;
  samples.broken = 5;
  auto const message =
      message_of<std::exception>([&] { trainer.fit(net, loader_of(GetParam(), samples)); });
  EXPECT_NE(message.find("broken sample"), message.npos) << message;
}

TEST_P(TorchData, LoadersMayThrowInABatchThatNobodyTakes) {
  Trainer trainer({.max_epochs = 2, .limit_train_batches = 1, .device = "cpu"});
  Net net;
  TenSamples samples;
  samples.broken = 9;
  trainer.fit(net, loader_of(GetParam(), samples));
  EXPECT_EQ(trainer.progress().optimizer_steps, 2);
}

TEST_P(TorchData, BatchesMayBeVectorsOfSamples) {
  struct SamplesNet : Net {
    torch::Tensor training_step(std::vector<Batch> const& given) {
      return torch::mse_loss(linear->forward(given.front().data), given.front().target);
    }
  };
  auto const loader = data::make_data_loader<data::samplers::SequentialSampler>(
      TenSamples(), data::DataLoaderOptions().batch_size(4).workers(GetParam()));
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  SamplesNet net;
  trainer.fit(net, loader);
  EXPECT_EQ(trainer.progress().optimizer_steps, 3);
}

}  // namespace
}  // namespace sferic::test
