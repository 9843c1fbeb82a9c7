// Gradients of several batches in one optimizer step, and their clipping.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// One epoch without sferic: a step after every `window` batches, and after the last.
torch::Tensor accumulated_by_hand(std::int64_t count, std::int64_t window,
                                  std::function<void(Net&)> const& clip = {}) {
  Net net;
  auto optimizer = net.configure_optimizers();
  auto const all = batches(count);
  for (std::int64_t i = 0; i < count; ++i) {
    auto const loss = net.loss(all[static_cast<std::size_t>(i)]) / static_cast<double>(window);
    if (i % window == 0) optimizer.zero_grad();
    loss.backward();
    if ((i + 1) % window != 0 && i + 1 != count) continue;
    if (clip) clip(net);
    optimizer.step();
  }
  return weights_of(net);
}

torch::Tensor accumulated_by_sferic(std::int64_t count, TrainerOptions options) {
  options.max_epochs = 1;
  options.device = "cpu";
  Trainer trainer(options);
  Net net;
  auto train = batches(count);
  trainer.fit(net, train);
  return weights_of(net);
}

TEST(Accumulation, StepsAfterEachWindowAndAfterTheLastBatch) {
  for (std::int64_t const window : {1, 2, 3, 4, 7}) {
    SCOPED_TRACE(window);
    EXPECT_TRUE(accumulated_by_sferic(5, {.accumulate_grad_batches = window})
                    .allclose(accumulated_by_hand(5, window), 0, 1e-14));
  }
}

TEST(Accumulation, CountsOptimizerStepsAndNotBatches) {
  Trainer trainer({.max_epochs = 2, .accumulate_grad_batches = 2, .device = "cpu"});
  Net net;
  auto train = batches(5);
  trainer.fit(net, train);
  EXPECT_EQ(trainer.progress().optimizer_steps, 6);
}

TEST(Accumulation, EmitsTheStepsEventsOnlyWhereAStepBeginsAndEnds) {
  Trainer trainer({.max_epochs = 1, .accumulate_grad_batches = 2, .device = "cpu"});
  auto& recorder = trainer.add(Recorder());
  Net net;
  auto train = batches(3);
  trainer.fit(net, train);
  std::string const begins =
      "batch_start train_batch_start before_zero_grad before_backward after_backward ";
  std::string const steps = "before_optimizer_step after_optimizer_step ";
  std::string const ends = "train_batch_end batch_end ";
  std::string const middle = "batch_start train_batch_start before_backward after_backward ";
  auto const expected =
      lines(kEpochBegin + begins + ends + middle + steps + ends + begins + steps + ends);
  EXPECT_NE(recorder.events.find(expected), std::string::npos) << recorder.events;
}

TEST(Accumulation, GoesOnWithTheNextBatchAfterOneThatIsSkipped) {
  Trainer trainer({.max_epochs = 1, .accumulate_grad_batches = 2, .device = "cpu"});
  trainer.on<event::TrainBatchStart>([](auto const& e) {
    if (e.progress.batch == 1) e.control.skip_batch();
  });
  int steps = 0;
  std::int64_t stepped_at = -1;
  trainer.on<event::AfterOptimizerStep>([&](auto const& e) {
    if (++steps == 1) stepped_at = e.progress.batch;
  });
  Net net;
  auto train = batches(4);
  trainer.fit(net, train);
  EXPECT_EQ(stepped_at, 2);
  EXPECT_EQ(steps, 2);
}

TEST(Accumulation, TellsTheLossThatTheBackwardPassBeginsWith) {
  Trainer trainer({.max_epochs = 1, .accumulate_grad_batches = 4, .device = "cpu"});
  double told = 0;
  trainer.on<event::TrainBatchEnd>(once(),
                                   [&](auto const& e) { told = e.loss.template item<double>(); });
  Net net;
  double const loss = net.loss(batch(0)).item<double>();
  auto train = batches(1);
  trainer.fit(net, train);
  EXPECT_NEAR(told, loss / 4, 1e-14);
}

TEST(Accumulation, MayBeChangedAtTheStartOfAnEpochForThoseToCome) {
  Trainer trainer({.max_epochs = 4, .device = "cpu"});
  std::vector<std::int64_t> windows;
  std::vector<std::int64_t> steps;
  trainer.on<event::TrainEpochStart>([&](auto const& e) {
    windows.push_back(e.accumulate_grad_batches);
    if (e.progress.epoch == 1) e.accumulate_grad_batches = 2;
    if (e.progress.epoch == 3) e.accumulate_grad_batches = 100;
  });
  trainer.on<event::TrainEpochEnd>(
      [&](auto const& e) { steps.push_back(e.progress.optimizer_steps); });
  Net net;
  trainer.fit(net, batches(3));
  EXPECT_EQ(windows, (std::vector<std::int64_t>{1, 1, 2, 2}));
  EXPECT_EQ(steps, (std::vector<std::int64_t>{3, 5, 7, 8}));
  EXPECT_EQ(trainer.options().accumulate_grad_batches, 1);
}

TEST(Accumulation, BeginsAnewWithEachFit) {
  Trainer trainer({.max_epochs = 1, .accumulate_grad_batches = 3, .device = "cpu"});
  std::vector<std::int64_t> windows;
  trainer.on<event::TrainEpochStart>([&](auto const& e) {
    windows.push_back(e.accumulate_grad_batches);
    e.accumulate_grad_batches = 2;
  });
  Net net;
  trainer.fit(net, batches(1));
  trainer.fit(net, batches(1));
  EXPECT_EQ(windows, (std::vector<std::int64_t>{3, 3}));
}

TEST(Accumulation, OfNoBatchAskedForByAHandlerIsRefused) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  trainer.on<event::TrainEpochStart>([](auto const& e) { e.accumulate_grad_batches = 0; });
  Net net;
  EXPECT_EQ(message_of<std::invalid_argument>([&] { trainer.fit(net, batches(1)); }),
            "accumulate_grad_batches must be >= 1, but a handler of train_epoch_start set it to 0");
}

TEST(GradientClipping, ToZeroIsNone) {
  EXPECT_TRUE(accumulated_by_sferic(3, {.gradient_clip_val = 0}).equal(accumulated_by_hand(3, 1)));
}

TEST(GradientClipping, ScalesAllGradientsToTheNorm) {
  auto const clip = [](Net& net) { torch::nn::utils::clip_grad_norm_(net.parameters(), 0.01); };
  auto const clipped = accumulated_by_sferic(3, {.gradient_clip_val = 0.01});
  EXPECT_TRUE(clipped.equal(accumulated_by_hand(3, 1, clip)));
  EXPECT_FALSE(clipped.equal(accumulated_by_hand(3, 1)));
}

TEST(GradientClipping, LimitsEachElement) {
  auto const clip = [](Net& net) {
    for (auto const& parameter : net.parameters()) parameter.grad().clamp_(-0.02, 0.02);
  };
  auto const clipped = accumulated_by_sferic(
      3, {.gradient_clip_val = 0.02, .gradient_clip_algorithm = GradientClipAlgorithm::kValue});
  EXPECT_TRUE(clipped.equal(accumulated_by_hand(3, 1, clip)));
}

TEST(GradientClipping, ActsOnTheAccumulatedGradients) {
  auto const clip = [](Net& net) { torch::nn::utils::clip_grad_norm_(net.parameters(), 0.01); };
  EXPECT_TRUE(accumulated_by_sferic(5, {.accumulate_grad_batches = 2, .gradient_clip_val = 0.01})
                  .allclose(accumulated_by_hand(5, 2, clip), 0, 1e-14));
}

TEST(GradientClipping, ComesAfterBeforeOptimizerStepWhichSeesTheGradientsAsTheyAre) {
  Trainer trainer({.max_epochs = 1, .gradient_clip_val = 1e-3, .device = "cpu"});
  Net net;
  double before = 0;
  double after = 0;
  trainer.on<event::BeforeOptimizerStep>(
      [&](auto const&) { before = net.linear->weight.grad().norm().item<double>(); });
  trainer.on<event::AfterOptimizerStep>(
      [&](auto const&) { after = net.linear->weight.grad().norm().item<double>(); });
  auto train = batches(1);
  trainer.fit(net, train);
  EXPECT_GT(before, 0.1);
  EXPECT_LE(after, 1e-3);
}

}  // namespace
}  // namespace sferic::test
