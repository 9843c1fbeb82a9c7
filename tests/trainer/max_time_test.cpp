// A fit that ends when its time is over.

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

using std::chrono::duration;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class MaxTime : public testing::Test {
 protected:
  void start(TrainerOptions options) {
    options.device = "cpu";
    trainer.emplace(options);
    recorder = &trainer->add(Recorder());
    trainer->on<event::StopRequested>([this](auto const& e) { reason = e.reason; });
  }

  std::optional<Trainer> trainer;
  Recorder* recorder = nullptr;
  std::string reason;
  Net net;
};

TEST_F(MaxTime, OfZeroTrainsNothing) {
  start({.max_time = seconds(0)});
  trainer->fit(net, batches(2));
  EXPECT_EQ(recorder->events, lines(kFitBegin + "stop_requested fit_end teardown"));
  EXPECT_EQ(reason.substr(0, 8), "max_time");
}

TEST_F(MaxTime, OfZeroStillChecksTheValidation) {
  start({.max_time = seconds(0)});
  trainer->fit(net, batches(2), batches(1));
  EXPECT_EQ(recorder->count("sanity_check_end"), 1);
  EXPECT_EQ(recorder->count("train_start"), 0);
}

TEST_F(MaxTime, EndsATrainingWithoutOtherLimits) {
  start({.max_time = milliseconds(50)});
  EXPECT_EQ(trainer->options().max_epochs, std::nullopt);
  auto const before = std::chrono::steady_clock::now();
  trainer->fit(net, batches(2), batches(1));
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(50));
  EXPECT_EQ(recorder->count("train_end"), 1);
  EXPECT_GE(recorder->count("train_batch_end"), 1);
  EXPECT_EQ(recorder->count("stop_requested"), 1);
}

TEST_F(MaxTime, EndsAfterTheBatchInWhichItIsOver) {
  start({.max_time = milliseconds(1)});
  net.while_training = [](Step&) { std::this_thread::sleep_for(milliseconds(5)); };
  trainer->fit(net, batches(3));
  EXPECT_EQ(recorder->events,
            lines(kFitBegin + "train_start " + kEpochBegin + kBatch + "stop_requested " +
                  kEpochFinish + "train_end fit_end teardown"));
}

TEST_F(MaxTime, DoesNotCountTheSanityCheck) {
  start({.max_epochs = 1, .max_time = hours(1)});
  net.while_validating = [](Step&) { std::this_thread::sleep_for(milliseconds(5)); };
  trainer->fit(net, batches(2), batches(1));
  EXPECT_EQ(reason, "");

  start({.max_epochs = 1, .max_time = duration<double>(0.2), .limit_val_batches = 1});
  net.while_validating = [](Step& step) {
    if (step.progress.stage == Stage::kSanityCheck) {
      std::this_thread::sleep_for(milliseconds(250));
    }
  };
  trainer->fit(net, batches(2), batches(1));
  EXPECT_GE(recorder->count("train_batch_end"), 1);
}

TEST_F(MaxTime, WaitsForMinSteps) {
  start({.min_steps = 3, .max_time = seconds(0)});
  trainer->fit(net, batches(2));
  EXPECT_EQ(trainer->progress().optimizer_steps, 3);

  start({.min_steps = 1, .max_time = seconds(0)});
  trainer->fit(net, batches(2));
  EXPECT_EQ(trainer->progress().optimizer_steps, 2) << "min_steps means an epoch, at least";

  start({.min_epochs = 0, .min_steps = 1, .max_time = seconds(0)});
  trainer->fit(net, batches(2));
  EXPECT_EQ(trainer->progress().optimizer_steps, 1);
}

TEST_F(MaxTime, WaitsForMinEpochs) {
  start({.min_epochs = 2, .max_time = seconds(0)});
  trainer->fit(net, batches(2));
  EXPECT_EQ(recorder->count("train_batch_end"), 4);
  EXPECT_EQ(recorder->count("stop_requested"), 1);
}

TEST_F(MaxTime, LeavesTheOtherLimitsInForce) {
  start({.max_epochs = 2, .max_time = hours(24 * 365 * 1000)});
  trainer->fit(net, batches(2));
  EXPECT_EQ(recorder->count("train_epoch_end"), 2);
  EXPECT_EQ(reason, "");
  start({.max_steps = 3, .max_time = hours(1)});
  trainer->fit(net, batches(2));
  EXPECT_EQ(trainer->progress().optimizer_steps, 3);
}

TEST_F(MaxTime, BeginsAnewWithEachFit) {
  start({.max_epochs = 1, .max_time = duration<double>(0.5)});
  trainer->fit(net, batches(1));
  std::this_thread::sleep_for(milliseconds(600));
  trainer->fit(net, batches(1));
  EXPECT_EQ(recorder->count("train_epoch_end"), 2);
}

}  // namespace
}  // namespace sferic::test
