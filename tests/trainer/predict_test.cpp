#include <gtest/gtest.h>

#include <stdexcept>
#include <tuple>
#include <vector>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

torch::Tensor by_hand(std::int64_t number) {
  torch::NoGradGuard const no_grad;
  return Net().linear->forward(batch(number).data);
}

TEST(Predict, ReturnsWhatThePredictStepReturned) {
  Trainer trainer({.device = "cpu"});
  Net net;
  std::vector<torch::Tensor> const predictions = trainer.predict(net, batches(3));
  ASSERT_EQ(predictions.size(), 3u);
  for (std::int64_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(predictions[static_cast<std::size_t>(i)].equal(by_hand(i)));
  }
  EXPECT_FALSE(predictions[0].requires_grad());
}

TEST(Predict, ReturnsAVectorForEachOfSeveralLoaders) {
  Trainer trainer({.device = "cpu"});
  Net net;
  auto first = batches(1);
  auto second = batches(2);
  auto const predictions = trainer.predict(net, std::tie(first, second));
  ASSERT_EQ(predictions.size(), 2u);
  EXPECT_EQ(predictions[0].size(), 1u);
  ASSERT_EQ(predictions[1].size(), 2u);
  EXPECT_TRUE(predictions[1][1].equal(by_hand(1)));
}

TEST(Predict, EmitsTheEventsOfOnePrediction) {
  Trainer trainer({.limit_predict_batches = 1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  trainer.on<event::PredictBatchEnd>([](auto const& e) {
    EXPECT_EQ(e.progress.task, Task::kPredict);
    EXPECT_EQ(e.progress.stage, Stage::kPredict);
    EXPECT_TRUE(e.output.equal(by_hand(0)));
  });
  Net net;
  EXPECT_EQ(trainer.predict(net, batches(2)).size(), 1u);
  EXPECT_EQ(recorder.events,
            lines(kSetup + "predict_start epoch_start predict_epoch_start predict_batch_start "
                           "predict_batch_end predict_epoch_end epoch_end predict_end teardown"));
}

TEST(Predict, HoldsNothingWhereNothingIsToBeReturned) {
  Trainer trainer({.device = "cpu"});
  int seen = 0;
  trainer.on<event::PredictBatchEnd>([&](auto const& e) { seen += e.output.defined() ? 1 : 0; });
  Net net;
  EXPECT_TRUE(trainer.predict(net, batches(2), {.return_predictions = false}).empty());
  EXPECT_EQ(seen, 2);
}

TEST(Predict, HoldsNothingOfAStepThatReturnsNothing) {
  struct Silent : Net {
    void predict_step(Batch const&) {}
  } net;
  Trainer trainer({.device = "cpu"});
  EXPECT_TRUE(trainer.predict(net, batches(2)).empty());
}

TEST(Predict, RunsInEvaluationModeAndLeavesTheModeAsItWas) {
  struct Watching : Net {
    bool was_training = true;
    void predict_step(Batch const&) { was_training = is_training(); }
  } net;
  Trainer trainer({.device = "cpu"});
  trainer.predict(net, batches(1));
  EXPECT_FALSE(net.was_training);
  EXPECT_TRUE(net.is_training());
}

TEST(Predict, OfAnEmptyLoaderIsEmpty) {
  Trainer trainer({.device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  Net net;
  EXPECT_TRUE(trainer.predict(net, batches(0)).empty());
  EXPECT_EQ(recorder.count("predict_start"), 0);
}

}  // namespace
}  // namespace sferic::test
