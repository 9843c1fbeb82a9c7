#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// A fit over epochs of four batches and a validation of one.
class Flow : public testing::Test {
 protected:
  void start(TrainerOptions options = {.max_epochs = 3}) {
    options.num_sanity_val_steps = 0;
    options.device = "cpu";
    trainer.emplace(options);
    recorder = &trainer->add(Recorder());
    trainer->on<event::StopRequested>([this](auto const& e) { (reasons += e.reason) += ";"; });
  }

  void fit() {
    auto train = batches(4);
    auto validation = batches(1);
    trainer->fit(net, train, validation);
  }

  /// What follows the last event of this name.
  std::string after_last(std::string const& name) const {
    auto const at = recorder->events.rfind("\n" + name + "\n");
    return recorder->events.substr(at + name.size() + 2);
  }

  std::string const kFinish =
      lines(kValidation + "train_epoch_end epoch_end train_end fit_end teardown");

  std::optional<Trainer> trainer;
  Recorder* recorder = nullptr;
  std::string reasons;
  Net net;
};

TEST_F(Flow, StopFromAHandlerValidatesRightAfterTheBatchAndEnds) {
  start();
  trainer->on<event::TrainBatchEnd>([](auto const& e) {
    if (e.progress.batch == 1) e.control.stop("enough");
  });
  fit();
  EXPECT_EQ(recorder->count("train_batch_end"), 2);
  EXPECT_EQ(after_last("stop_requested"), kFinish);
  EXPECT_EQ(after_last("batch_end"), "stop_requested\n" + kFinish);
  EXPECT_EQ(reasons, "enough;");
}

TEST_F(Flow, StopFromTheStepLetsItsBatchEnd) {
  start();
  net.while_training = [](Step& step) { step.control.stop("from the step"); };
  fit();
  EXPECT_EQ(recorder->count("train_batch_end"), 1);
  EXPECT_EQ(recorder->count("after_optimizer_step"), 1);
  EXPECT_EQ(after_last("batch_end"), "stop_requested\n" + kFinish);
  EXPECT_EQ(reasons, "from the step;");
}

TEST_F(Flow, StopFromAnotherThreadEndsAnEndlessFit) {
  start({.max_epochs = 1'000'000'000});
  std::atomic<bool> running = false;
  trainer->on<event::TrainBatchEnd>(once(), [&](auto const&) { running = true; });
  std::thread stopper([&] {
    while (!running) std::this_thread::yield();
    trainer->stop("from another thread");
  });
  fit();
  stopper.join();
  EXPECT_EQ(reasons, "from another thread;");
  EXPECT_EQ(recorder->count("fit_end"), 1);
}

TEST_F(Flow, StopIsToldOnceWithTheFirstReason) {
  start();
  trainer->on<event::TrainBatchEnd>([](auto const& e) { e.control.stop("first"); });
  trainer->on<event::TrainBatchEnd>([](auto const& e) { e.control.stop("second"); });
  trainer->on<event::ValidationEnd>([](auto const& e) { e.control.stop("third"); });
  trainer->on<event::TrainEpochEnd>([](auto const& e) { e.control.stop("fourth"); });
  fit();
  EXPECT_EQ(reasons, "first;");
}

TEST_F(Flow, StopWaitsForMinEpochs) {
  start({.max_epochs = 5, .min_epochs = 2});
  trainer->on<event::TrainBatchEnd>([](auto const& e) { e.control.stop("early"); });
  fit();
  EXPECT_EQ(recorder->count("train_batch_end"), 8);
  EXPECT_EQ(recorder->count("validation_end"), 2);
  EXPECT_EQ(reasons, "early;");
}

TEST_F(Flow, StopWaitsForMinSteps) {
  start({.max_epochs = 5, .min_steps = 6});
  trainer->on<event::TrainBatchEnd>([](auto const& e) { e.control.stop("early"); });
  fit();
  EXPECT_EQ(recorder->count("train_batch_end"), 6);
  EXPECT_EQ(after_last("batch_end"), kFinish);
}

TEST_F(Flow, StopInAnEpochWithoutValidationDoesNotValidate) {
  start({.max_epochs = 5, .check_val_every_n_epoch = 2});
  trainer->on<event::TrainBatchEnd>([](auto const& e) { e.control.stop("early"); });
  fit();
  EXPECT_EQ(recorder->count("train_batch_end"), 1);
  EXPECT_EQ(recorder->count("validation_start"), 0);
}

TEST_F(Flow, StopAfterTheValidationEndsWithTheEpoch) {
  start();
  trainer->on<event::ValidationEnd>([](auto const& e) { e.control.stop("good enough"); });
  fit();
  EXPECT_EQ(recorder->count("train_epoch_end"), 1);
  EXPECT_EQ(recorder->count("train_batch_end"), 4);
  EXPECT_EQ(after_last("validation_end"),
            lines("stop_requested train_epoch_end epoch_end train_end fit_end teardown"));
}

template <class Event>
void stop_at(Trainer& trainer) {
  trainer.on<Event>([](auto const& e) { e.control.stop("stopped"); });
}

TEST_F(Flow, StopBeforeTheFirstEpochTrainsNothingAndIsTold) {
  start();
  stop_at<event::FitStart>(*trainer);
  fit();
  EXPECT_EQ(recorder->events, lines(kFitBegin + "stop_requested fit_end teardown"));
  EXPECT_EQ(reasons, "stopped;");

  start();
  stop_at<event::TrainStart>(*trainer);
  fit();
  EXPECT_EQ(recorder->events,
            lines(kFitBegin + "train_start stop_requested train_end fit_end teardown"));
  EXPECT_EQ(reasons, "stopped;stopped;");
}

TEST_F(Flow, StopAtTheStartOfAnEpochTrainsNoBatchOfIt) {
  start();
  stop_at<event::TrainEpochStart>(*trainer);
  fit();
  EXPECT_EQ(recorder->count("train_batch_start"), 0);
  EXPECT_EQ(recorder->count("train_epoch_end"), 1);
  EXPECT_EQ(reasons, "stopped;");
}

TEST_F(Flow, StopIsForgottenByTheNextFit) {
  start();
  trainer->on<event::TrainBatchEnd>(once(), [](auto const& e) { e.control.stop("once"); });
  fit();
  recorder->events.clear();
  fit();
  EXPECT_EQ(recorder->count("train_epoch_end"), 3);
  EXPECT_EQ(reasons, "once;");
}

TEST_F(Flow, EndEpochAtTheStartOfABatchLeavesOutTheBatchAndTheValidation) {
  start({.max_epochs = 2});
  trainer->on<event::TrainBatchStart>([](auto const& e) {
    if (e.progress.epoch == 0 && e.progress.batch == 1) e.control.end_epoch();
  });
  fit();
  EXPECT_EQ(recorder->events,
            lines(kFitBegin + "train_start " + kEpochBegin + kBatch +
                  "batch_start train_batch_start " + kEpochFinish +  // no end of the batch
                  kEpochBegin + repeat(4, kBatch) + kValidation + kEpochFinish +
                  "train_end fit_end teardown"));
}

TEST_F(Flow, EndEpochAfterABatchLeavesOutTheOthersAndTheValidation) {
  start({.max_epochs = 1});
  trainer->on<event::TrainBatchEnd>([](auto const& e) {
    if (e.progress.batch == 1) e.control.end_epoch();
  });
  fit();
  EXPECT_EQ(recorder->events, lines(kFitBegin + "train_start " + kEpochBegin + kBatch + kBatch +
                                    kEpochFinish + "train_end fit_end teardown"));
}

TEST_F(Flow, EndEpochDoesNotReachIntoTheNextEpoch) {
  start({.max_epochs = 2});
  trainer->on<event::ValidationEnd>([](auto const& e) { e.control.end_epoch(); });
  trainer->on<event::TrainEpochEnd>([](auto const& e) { e.control.end_epoch(); });
  fit();
  EXPECT_EQ(recorder->count("train_batch_end"), 8);
  EXPECT_EQ(recorder->count("validation_end"), 2);
}

TEST_F(Flow, SkipBatchAtItsStartTrainsTheOthers) {
  start({.max_epochs = 1});
  trainer->on<event::TrainBatchStart>([](auto const& e) {
    if (e.progress.batch == 1) e.control.skip_batch();
  });
  fit();
  EXPECT_EQ(recorder->events, lines(kFitBegin + "train_start " + kEpochBegin + kBatch +
                                    "batch_start train_batch_start " + kBatch + kBatch +
                                    kValidation + kEpochFinish + "train_end fit_end teardown"));
  EXPECT_EQ(trainer->progress().optimizer_steps, 3);
}

TEST_F(Flow, SkipBatchBeforeTheBackwardPassDoesNoStep) {
  start({.max_epochs = 1});
  auto const before = weights_of(net);
  trainer->on<event::BeforeBackward>([](auto const& e) { e.control.skip_batch(); });
  fit();
  EXPECT_EQ(recorder->count("before_backward"), 4);
  EXPECT_EQ(recorder->count("after_backward"), 0);
  EXPECT_EQ(recorder->count("before_optimizer_step"), 0);
  EXPECT_EQ(recorder->count("train_batch_end"), 0);
  EXPECT_EQ(recorder->count("batch_end"), 0);
  EXPECT_EQ(trainer->progress().optimizer_steps, 0);
  EXPECT_TRUE(weights_of(net).equal(before));
}

TEST_F(Flow, SkipBatchFromAStepWithoutALossDoesNoStep) {
  struct SkippingNet : Net {
    void training_step(Batch const&, Step& step) {
      if (step.progress.batch == 0) step.control.skip_batch();
    }
  };
  start({.max_epochs = 1});
  SkippingNet skipping;
  auto train = batches(2);
  trainer->fit(skipping, train);
  EXPECT_EQ(recorder->count("after_optimizer_step"), 1);
  EXPECT_EQ(recorder->count("train_batch_end"), 1);
}

TEST_F(Flow, SkipBatchDoesNotReachTheNextBatch) {
  start({.max_epochs = 1});
  trainer->on<event::AfterBackward>([](auto const& e) { e.control.skip_batch(); });
  trainer->on<event::TrainBatchEnd>([](auto const& e) { e.control.skip_batch(); });
  fit();
  EXPECT_EQ(recorder->count("train_batch_end"), 4);
}

}  // namespace
}  // namespace sferic::test
