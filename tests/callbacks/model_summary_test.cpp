#include <sferic/callbacks/model_summary.hpp>

#include <sferic/callbacks/progress_bar.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <stdexcept>
#include <string>

#include "callbacks/temporary_file.hpp"
#include "callbacks/terminal.hpp"
#include "support/temporary_folder.hpp"
#include "trainer/support.hpp"

namespace sferic::test {
namespace {

std::string const kTable =
    "Name   | Type   | Params | Mode  | Input  | Output\n"
    "-------+--------+--------+-------+--------+-------\n"
    "       | Net    |      8 | train |        |\n"
    "linear | Linear |      8 | train | [4, 3] | [4, 2]\n"
    "-------+--------+--------+-------+--------+-------\n"
    "8 parameters: 8 trainable, 0 frozen\n"
    "0.000 MB: 0.000 MB of parameters, 0.000 MB of buffers\n";

std::string const kWithoutShapes =
    "Name   | Type   | Params | Mode\n"
    "-------+--------+--------+------\n"
    "       | Net    |      8 | train\n"
    "linear | Linear |      8 | train\n"
    "-------+--------+--------+------\n"
    "8 parameters: 8 trainable, 0 frozen\n"
    "0.000 MB: 0.000 MB of parameters, 0.000 MB of buffers\n";

std::string const kInEvaluation =
    "Name   | Type   | Params | Mode | Input  | Output\n"
    "-------+--------+--------+------+--------+-------\n"
    "       | Net    |      8 | eval |        |\n"
    "linear | Linear |      8 | eval | [4, 3] | [4, 2]\n"
    "-------+--------+--------+------+--------+-------\n"
    "8 parameters: 8 trainable, 0 frozen\n"
    "0.000 MB: 0.000 MB of parameters, 0.000 MB of buffers\n";

class ModelSummaryTest : public testing::Test {
 protected:
  ModelSummary make(ModelSummaryOptions options = {}) {
    options.file = file_.get();
    return ModelSummary(options);
  }

  /// What has been written since the last call.
  std::string written() { return file_.take(); }

  TemporaryFile file_;
  Net net_;
};

TEST_F(ModelSummaryTest, PrintsATableAfterTheFirstBatchOfTheTraining) {
  Trainer trainer({.max_epochs = 2}, make());
  std::vector<std::string> texts;
  auto const look = [&](auto const&) { texts.push_back(written()); };
  trainer.on<event::TrainBatchStart>(look);
  trainer.on<event::TrainBatchEnd>(look, Order::kLate);
  trainer.fit(net_, batches(2));
  texts.push_back(written());
  texts.resize(3);
  EXPECT_EQ(texts, (std::vector<std::string>{"", kTable, ""}));
}

TEST_F(ModelSummaryTest, PrintsItAfterTheFirstBatchOfTheSanityCheckInTheModesOfTheFitsStart) {
  Trainer trainer({.max_epochs = 1}, make());
  trainer.on<event::ValidationBatchEnd>(once(), [&](auto const&) { EXPECT_EQ(written(), kTable); },
                                        Order::kLate);
  trainer.fit(net_, batches(2), batches(2));
  EXPECT_EQ(written(), "");
}

TEST_F(ModelSummaryTest, PrintsItWhenTheFitStartsIfNoShapesAreWished) {
  Trainer trainer({.max_epochs = 1}, make({.shapes = false}));
  trainer.on<event::FitStart>([&](auto const&) { EXPECT_EQ(written(), kWithoutShapes); },
                              Order::kLate);
  trainer.fit(net_, batches(1), batches(1));
  EXPECT_EQ(written(), "");
}

TEST_F(ModelSummaryTest, PrintsItInEachFitButNotForAnEvaluationAfterwards) {
  Trainer trainer({.max_epochs = 1}, make());
  trainer.fit(net_, batches(1));
  EXPECT_EQ(written(), kTable);
  trainer.test(net_, batches(1));
  EXPECT_EQ(written(), "");
  trainer.fit(net_, batches(1));
  EXPECT_EQ(written(), kTable);
}

TEST_F(ModelSummaryTest, PrintsItForAPredictionByItself) {
  Trainer trainer({}, make());
  trainer.predict(net_, batches(2));
  EXPECT_EQ(written(), kInEvaluation);
  trainer.predict(net_, batches(2));
  EXPECT_EQ(written(), "");
}

TEST_F(ModelSummaryTest, PrintsItForATestOrAValidationByItself) {
  Trainer({}, make()).test(net_, batches(1));
  EXPECT_EQ(written(), kInEvaluation);
  Trainer({}, make()).validate(net_, batches(1));
  EXPECT_EQ(written(), kInEvaluation);
}

TEST_F(ModelSummaryTest, PrintsItInAFitThatIsResumedInTheMiddleOfAValidation) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "middle.ckpt";
  Trainer first({.max_epochs = 1});
  first.on<event::ValidationBatchEnd>([&](auto const& e) {
    bool const is_first = e.progress.stage == Stage::kValidation && e.progress.batch == 0;
    if (is_first) e.control.request_checkpoint(path);
  });
  first.fit(net_, batches(1), batches(2));
  Trainer second({.max_epochs = 1}, make());
  second.fit(net_, batches(1), batches(2), {.resume_from = path});
  EXPECT_EQ(written(), kTable);
}

TEST_F(ModelSummaryTest, PrintsNothingIfItIsOff) {
  Trainer trainer({.max_epochs = 1}, make({.max_depth = 0}));
  trainer.fit(net_, batches(1), batches(1));
  trainer.predict(net_, batches(1));
  EXPECT_EQ(written(), "");
}

TEST_F(ModelSummaryTest, PrintsHowFarABatchCameThatFails) {
  Trainer trainer({.max_epochs = 1}, make());
  trainer.on<event::BeforeBackward>([](auto const&) { throw std::runtime_error("an error"); });
  EXPECT_THROW(trainer.fit(net_, batches(1)), std::runtime_error);
  EXPECT_EQ(written(), kTable);
  EXPECT_FALSE(at::hasCallbacks());
}

TEST_F(ModelSummaryTest, PrintsItWithoutShapesIfThereIsNoBatch) {
  Trainer trainer({.max_epochs = 0}, make());
  trainer.fit(net_, batches(1));
  EXPECT_EQ(written(), kWithoutShapes);
}

TEST_F(ModelSummaryTest, ObservesNothingAfterTheFirstBatch) {
  Trainer trainer({.max_epochs = 1}, make());
  std::vector<bool> observes;
  trainer.on<event::TrainBatchStart>([&](auto const&) { observes.push_back(at::hasCallbacks()); },
                                     Order::kLate);
  trainer.fit(net_, batches(3));
  EXPECT_EQ(observes, (std::vector<bool>{true, false, false}));
}

TEST_F(ModelSummaryTest, LeavesNoHalfOfAProgressBarAboveIt) {
  setenv("TERM", "xterm", 1);
  setenv("LC_ALL", "C", 1);
  Terminal terminal(80);
  Trainer trainer({.max_epochs = 1}, ModelSummary({.file = terminal.file()}),
                  ProgressBar({.file = terminal.file()}));
  trainer.fit(net_, batches(2));
  auto const lines = terminal.lines();
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_EQ(lines[0], "Name   | Type   | Params | Mode  | Input  | Output");
  EXPECT_EQ(lines[7].substr(0, 10), "Epoch 1/1:");
}

TEST_F(ModelSummaryTest, ChangesNothingOfTheTraining) {
  auto const weights = [&](bool with_summary) {
    torch::manual_seed(1);
    Net net;
    Trainer trainer({.max_epochs = 2});
    if (with_summary) trainer.add(make());
    trainer.fit(net, batches(3), batches(2));
    return torch::cat({weights_of(net), torch::rand({2}, torch::kDouble)});
  };
  EXPECT_TRUE(torch::equal(weights(true), weights(false)));
}

TEST_F(ModelSummaryTest, HandsItsTableOver) {
  Trainer trainer({.max_epochs = 1});
  auto const& summary = trainer.add(make({.max_depth = -1}));
  EXPECT_TRUE(summary.table().layers.empty());
  trainer.fit(net_, batches(1));
  EXPECT_EQ(summary.table().parameters, 8);
  EXPECT_EQ(summary.table().parameter_bytes, 64);
}

TEST(ModelSummaryOptions, AreCheckedByName) {
  auto const error_of = [](ModelSummaryOptions options) -> std::string {
    try {
      ModelSummary const summary(options);
    } catch (std::invalid_argument const& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(error_of({.max_depth = -1}), "none");
  EXPECT_EQ(error_of({.max_depth = -2}), "max_depth of ModelSummary must be >= -1, but got -2");
  EXPECT_EQ(error_of({.file = nullptr}),
            "file of ModelSummary must be an open stream, but got null");
}

}  // namespace
}  // namespace sferic::test
