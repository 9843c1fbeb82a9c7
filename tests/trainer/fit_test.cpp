#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

TEST(Fit, EmitsEveryEventInTheOrderOfTheCatalogue) {
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  Net net;
  auto train = batches(2);
  auto validation = batches(1);
  trainer.fit(net, train, validation);

  std::string const epoch = kEpochBegin + kBatch + kBatch + kValidation + kEpochFinish;
  EXPECT_EQ(recorder.events,
            lines(kFitBegin + "sanity_check_start " + kValidation +
                  "sanity_check_end train_start " + epoch + epoch + "train_end fit_end teardown"));
}

TEST(Fit, NeedsNoValidation) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  Net net;
  auto train = batches(2);
  trainer.fit(net, train);
  EXPECT_EQ(recorder.events, lines(kFitBegin + "train_start " + kEpochBegin + kBatch + kBatch +
                                   kEpochFinish + "train_end fit_end teardown"));
}

TEST(Fit, RepeatsEverythingWhenCalledAgain) {
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  auto& recorder = trainer.add(Recorder());
  auto train = batches(2);
  auto validation = batches(1);
  Net first;
  trainer.fit(first, train, validation);
  auto const events = recorder.events;
  recorder.events.clear();

  Net second;
  trainer.fit(second, train, validation);
  EXPECT_EQ(recorder.events, events);
  EXPECT_TRUE(weights_of(first).equal(weights_of(second)));
  EXPECT_EQ(trainer.progress().epoch, 2);
  EXPECT_EQ(trainer.progress().optimizer_steps, 4);
}

TEST(Fit, GoesOnWhereTheLastOneEndedIfAsked) {
  Trainer trainer({.max_epochs = 3, .num_sanity_val_steps = 0, .device = "cpu"});
  auto& recorder = trainer.add(Recorder());
  trainer.on<event::TrainBatchEnd>(once(), [](auto const& e) { e.control.stop("once"); });
  auto train = batches(2);
  Net net;
  trainer.fit(net, train);
  EXPECT_EQ(trainer.progress().epoch, 1);
  recorder.events.clear();

  std::vector<std::int64_t> epochs;
  trainer.on<event::TrainEpochStart>([&](auto const& e) { epochs.push_back(e.progress.epoch); });
  trainer.fit(net, train, {.go_on = true});
  EXPECT_EQ(epochs, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(trainer.progress().epoch, 3);
  EXPECT_EQ(trainer.progress().optimizer_steps, 5);

  recorder.events.clear();
  trainer.fit(net, train, {.go_on = true});
  EXPECT_EQ(recorder.events, lines(kFitBegin + "fit_end teardown"));
  EXPECT_EQ(trainer.progress().epoch, 3);
}

TEST(Fit, GoesOnAfterAnErrorAtAnEpochsEndWithTheNextEpoch) {
  struct Error {};
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  trainer.on<event::TrainEpochEnd>(once(), [](auto const&) { throw Error(); });
  auto train = batches(2);
  Net net;
  EXPECT_THROW(trainer.fit(net, train), Error);
  trainer.fit(net, train, {.go_on = true});
  EXPECT_EQ(trainer.progress().epoch, 2);
  EXPECT_EQ(trainer.progress().optimizer_steps, 4);
}

TEST(Fit, AfterAnErrorWithinAnEpochGoesOnWithThisEpochsFirstBatch) {
  struct Error {};
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  std::vector<std::int64_t> begun;
  trainer.on<event::TrainBatchStart>([&](auto const& e) { begun.push_back(e.progress.batch); });
  trainer.on<event::TrainBatchEnd>([&](auto const&) {
    if (begun.size() == 2) throw Error();
  });
  auto train = batches(3);
  Net net;
  EXPECT_THROW(trainer.fit(net, train), Error);
  trainer.fit(net, train, {.go_on = true});
  EXPECT_EQ(begun, (std::vector<std::int64_t>{0, 1, 0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(trainer.progress().epoch, 2);
}

TEST(Fit, GoesOnFromTheLastOneOrFromACheckpointButNotFromBoth) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  Net net;
  trainer.fit(net, batches(2));
  EXPECT_EQ(message_of<std::invalid_argument>(
                [&] { trainer.fit(net, batches(2), {.resume_from = "net.ckpt", .go_on = true}); }),
            "a fit goes on either from the last one or from a checkpoint, but go_on is set and "
            "resume_from is `net.ckpt`");
  EXPECT_EQ(trainer.progress().optimizer_steps, 2);
}

TEST(Fit, PassesThroughSeveralValidationLoadersInOneEpoch) {
  Trainer trainer({.max_epochs = 1, .num_sanity_val_steps = 0, .device = "cpu"});
  std::string seen;
  trainer.on<event::ValidationBatchStart>([&](auto const& e) {
    seen += std::to_string(e.progress.loader) + ": " + std::to_string(e.progress.batch) + " of " +
            std::to_string(e.progress.batches.value()) + "; ";
  });
  auto const& recorder = trainer.add(Recorder());
  Net net;
  auto train = batches(1);
  auto small = batches(1);
  auto const large = batches(2);
  trainer.fit(net, train, std::tie(small, large));
  EXPECT_EQ(seen, "0: 0 of 1; 1: 0 of 2; 1: 1 of 2; ");
  EXPECT_EQ(recorder.count("validation_epoch_start"), 1);
  EXPECT_EQ(recorder.count("validation_epoch_end"), 1);

  auto const both = std::tie(large, small);
  trainer.validate(net, both);
  EXPECT_EQ(recorder.count("validation_batch_end"), 6);
}

TEST(Fit, TellsTheProgressInEachEvent) {
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  std::string seen;
  auto const write = [&](auto const& e) {
    auto const& at = e.progress;
    seen += std::string(name(at.stage)) + " " + std::to_string(at.epoch) + "." +
            std::to_string(at.batch) + "/" + std::to_string(at.batches.value_or(-1)) + " " +
            std::to_string(at.optimizer_steps) + "\n";
  };
  trainer.on<event::TrainBatchStart>(write);
  trainer.on<event::TrainBatchEnd>(write);
  trainer.on<event::ValidationBatchEnd>(write);
  trainer.on<event::FitEnd>([](auto const& e) {
    EXPECT_EQ(e.progress.epoch, 2);
    EXPECT_EQ(e.progress.max_epochs, 2);
    EXPECT_EQ(e.progress.task, Task::kFit);
  });
  Net net;
  auto train = batches(2);
  auto validation = batches(3);
  trainer.fit(net, train, validation);
  EXPECT_EQ(seen,
            "sanity check 0.0/2 0\nsanity check 0.1/2 0\n"
            "train 0.0/2 0\ntrain 0.0/2 1\ntrain 0.1/2 1\ntrain 0.1/2 2\n"
            "validation 0.0/3 2\nvalidation 0.1/3 2\nvalidation 0.2/3 2\n"
            "train 1.0/2 2\ntrain 1.0/2 3\ntrain 1.1/2 3\ntrain 1.1/2 4\n"
            "validation 1.0/3 4\nvalidation 1.1/3 4\nvalidation 1.2/3 4\n");
}

TEST(Fit, CountsTheOptimizerStepBetweenItsTwoEvents) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  trainer.on<event::BeforeOptimizerStep>(
      [](auto const& e) { EXPECT_EQ(e.progress.optimizer_steps, e.progress.batch); });
  trainer.on<event::AfterOptimizerStep>(
      [](auto const& e) { EXPECT_EQ(e.progress.optimizer_steps, e.progress.batch + 1); });
  Net net;
  auto train = batches(3);
  trainer.fit(net, train);
  EXPECT_EQ(trainer.progress().optimizer_steps, 3);
}

TEST(Fit, GivesTheLossWithoutItsGraphAtTheEndOfABatch) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  int events = 0;
  trainer.on<event::BeforeBackward>([](auto const& e) { EXPECT_TRUE(e.loss.requires_grad()); });
  trainer.on<event::TrainBatchEnd>([&](auto const& e) {
    ++events;
    EXPECT_FALSE(e.loss.requires_grad());
    EXPECT_EQ(e.loss.numel(), 1);
  });
  Net net;
  auto train = batches(1);
  trainer.fit(net, train);
  EXPECT_EQ(events, 1);
}

class VoidStepNet : public Net {
 public:
  void training_step(Batch const&) {}
};

class UndefinedLossNet : public Net {
 public:
  torch::Tensor training_step(Batch const&) { return {}; }
};

class NoLossNet : public Net {
 public:
  std::optional<torch::Tensor> training_step(Batch const&) { return std::nullopt; }
};

template <class Module>
class FitWithoutLoss : public testing::Test {};
using ModulesWithoutLoss = testing::Types<VoidStepNet, UndefinedLossNet, NoLossNet>;
TYPED_TEST_SUITE(FitWithoutLoss, ModulesWithoutLoss);

TYPED_TEST(FitWithoutLoss, LeavesOutTheBackwardPassButNotTheEventsOfTheStep) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  trainer.on<event::TrainBatchEnd>([](auto const& e) { EXPECT_FALSE(e.loss.defined()); });
  TypeParam net;
  auto train = batches(1);
  trainer.fit(net, train);
  EXPECT_EQ(recorder.events,
            lines(kFitBegin + "train_start " + kEpochBegin +
                  "batch_start train_batch_start before_zero_grad before_optimizer_step "
                  "after_optimizer_step train_batch_end batch_end " +
                  kEpochFinish + "train_end fit_end teardown"));
  EXPECT_TRUE(weights_of(net).equal(weights_of(Net())));
}

TEST(Fit, IsRefusedInsideAHandlerAndGoesOnItself) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  Net net;
  auto train = batches(1);
  trainer.on<event::TrainBatchEnd>([&](auto const&) {
    EXPECT_THROW(trainer.fit(net, train), std::logic_error);
    EXPECT_THROW(trainer.test(net, train), std::logic_error);
  });
  trainer.fit(net, train);
  EXPECT_EQ(recorder.count("setup"), 1);
  EXPECT_EQ(recorder.count("fit_end"), 1);
}

TEST(Validate, EmitsTheEventsOfOneValidation) {
  Trainer trainer({.device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  trainer.on<event::ValidationEnd>([](auto const& e) {
    EXPECT_EQ(e.progress.task, Task::kValidate);
    EXPECT_EQ(e.progress.stage, Stage::kValidation);
  });
  Net net;
  trainer.validate(net, batches(1));
  EXPECT_EQ(recorder.events, lines(kSetup + kValidation + "teardown"));
}

TEST(Validate, TellsTheEpochAndTheStepsOfTheFitBefore) {
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  Net net;
  trainer.on<event::Setup>([](auto const& e) {
    if (e.progress.task != Task::kFit) {
      EXPECT_EQ(e.progress.epoch, 2);
      EXPECT_EQ(e.progress.optimizer_steps, 6);
    } else {
      EXPECT_EQ(e.progress.epoch, 0);
      EXPECT_EQ(e.progress.optimizer_steps, 0);
    }
    EXPECT_EQ(e.progress.batch, 0);
    EXPECT_EQ(e.progress.batches, std::nullopt);
  });
  for (int i = 0; i < 2; ++i) {
    trainer.fit(net, batches(3));
    trainer.validate(net, batches(1));
    trainer.test(net, batches(1));
    trainer.predict(net, batches(1));
  }
}

TEST(Test, EmitsTheEventsOfOneTest) {
  Trainer trainer({.limit_test_batches = 1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  trainer.on<event::TestBatchEnd>([](auto const& e) {
    EXPECT_EQ(e.progress.task, Task::kTest);
    EXPECT_EQ(e.progress.stage, Stage::kTest);
    EXPECT_FALSE(e.output.requires_grad());
  });
  Net net;
  trainer.test(net, batches(2));
  EXPECT_EQ(
      recorder.events,
      lines(kSetup + "test_start epoch_start test_epoch_start test_batch_start test_batch_end "
                     "test_epoch_end epoch_end test_end teardown"));
}

}  // namespace
}  // namespace sferic::test
