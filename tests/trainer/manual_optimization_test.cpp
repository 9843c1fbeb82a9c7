// Modules whose training step optimizes by itself.

#include <sferic/optim/optimizers.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// Two players: the weight and the bias of a layer, each with an optimizer of its own.
class Players : public Net {
 public:
  torch::Tensor training_step(Batch const& given, ManualStep& step) {
    if (before) before(step);
    for (std::size_t player = 0; player < 2; ++player) {
      auto& optimizer = step.optimizer(player);
      optimizer.zero_grad();
      step.backward(loss(given));
      step.step(optimizer);
    }
    auto const last = loss(given);
    step.log("loss", last);
    return last;
  }

  Optimizers configure_optimizers() {
    Optimizers optimizers;
    optimizers.add(torch::optim::SGD({linear->weight}, 0.1));
    optimizers.add(torch::optim::Adam({linear->bias}, 0.2));
    return optimizers;
  }

  std::function<void(ManualStep&)> before;
};

torch::Tensor weights_by_hand(std::int64_t count) {
  Net net;
  torch::optim::SGD first({net.linear->weight}, 0.1);
  torch::optim::Adam second({net.linear->bias}, 0.2);
  for (auto const& each : batches(count)) {
    first.zero_grad();
    net.loss(each).backward();
    first.step();
    second.zero_grad();
    net.loss(each).backward();
    second.step();
  }
  return weights_of(net);
}

class ManualOptimization : public testing::Test {
 protected:
  void fit(std::int64_t count, TrainerOptions options = {.max_epochs = 1}) {
    options.device = "cpu";
    Trainer trainer(options);
    recorder = &trainer.add(Recorder());
    if (connect) connect(trainer);
    auto const take = trainer.on<event::Teardown>(
        [&](auto const& e) { progress = e.progress, events = recorder->events; }, Order::kLast);
    trainer.fit(net, batches(count));
  }

  std::string refusal(TrainerOptions options) {
    options.max_epochs = 1;
    return message_of<std::invalid_argument>([&] { fit(1, options); });
  }

  Players net;
  std::function<void(Trainer&)> connect;
  Recorder* recorder = nullptr;
  Progress progress;
  std::string events;
};

TEST_F(ManualOptimization, TrainsWithTwoOptimizersAsByHand) {
  fit(5);
  EXPECT_TRUE(weights_of(net).equal(weights_by_hand(5)));
}

TEST_F(ManualOptimization, EmitsTheEventsOfEachBackwardPassAndStepButNoBeforeZeroGrad) {
  fit(1);
  std::string const step =
      "before_backward after_backward before_optimizer_step after_optimizer_step ";
  EXPECT_EQ(
      events,
      lines(kFitBegin + "train_start " + kEpochBegin + "batch_start train_batch_start " + step +
            step + "train_batch_end batch_end " + kEpochFinish + "train_end fit_end teardown"));
}

TEST_F(ManualOptimization, TellsWhichOptimizerSteps) {
  std::vector<torch::optim::Optimizer*> expected;
  std::vector<torch::optim::Optimizer*> stepped;
  connect = [&](Trainer& trainer) {
    trainer.on<event::FitStart>([&](auto const& e) {
      expected = {&e.optimizers.at(0), &e.optimizers.at(0), &e.optimizers.at(1),
                  &e.optimizers.at(1)};
    });
    trainer.on<event::BeforeOptimizerStep>([&](auto const& e) { stepped.push_back(&e.optimizer); });
    trainer.on<event::AfterOptimizerStep>([&](auto const& e) { stepped.push_back(&e.optimizer); });
  };
  fit(1);
  EXPECT_EQ(stepped, expected);
}

TEST_F(ManualOptimization, CountsTheStepsOfAllOptimizersAtOnce) {
  std::vector<std::int64_t> counts;
  connect = [&](Trainer& trainer) {
    trainer.on<event::AfterOptimizerStep>(
        [&](auto const& e) { counts.push_back(e.progress.optimizer_steps); });
  };
  fit(2);
  EXPECT_EQ(counts, (std::vector<std::int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(progress.optimizer_steps, 4);
}

TEST_F(ManualOptimization, EndsAfterTheBatchThatReachesMaxSteps) {
  fit(5, {.max_steps = 3});
  EXPECT_EQ(progress.optimizer_steps, 4);
  EXPECT_TRUE(weights_of(net).equal(weights_by_hand(2)));
}

TEST_F(ManualOptimization, LetsHandlersExchangeTheLoss) {
  torch::Tensor gradient;
  connect = [&](Trainer& trainer) {
    trainer.on<event::BeforeBackward>([](auto const& e) { e.loss = e.loss * 2; });
    trainer.on<event::BeforeOptimizerStep>(
        once(), [&](auto const& e) { gradient = e.module.parameters().front().grad().clone(); });
  };
  Net reference;
  reference.loss(batch(0)).backward();
  fit(1);
  EXPECT_TRUE(gradient.allclose(reference.linear->weight.grad() * 2, 0, 1e-14));
}

TEST_F(ManualOptimization, TellsTheLossThatTheStepReturns) {
  connect = [](Trainer& trainer) {
    trainer.on<event::TrainBatchEnd>([](auto const& e) {
      ASSERT_TRUE(e.loss.defined());
      EXPECT_FALSE(e.loss.requires_grad());
      EXPECT_EQ(e.loss.template item<double>(), e.metrics.at("loss"));
    });
  };
  fit(2);
}

TEST_F(ManualOptimization, NeedsNoLossAndNoStep) {
  struct Idle : Net {
    void training_step(Batch const&, ManualStep&) {}
  };
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  auto const& idle_events = trainer.add(Recorder());
  trainer.on<event::TrainBatchEnd>([](auto const& e) { EXPECT_FALSE(e.loss.defined()); });
  Idle idle;
  trainer.fit(idle, batches(2));
  EXPECT_EQ(idle_events.count("train_batch_end"), 2);
  EXPECT_EQ(trainer.progress().optimizer_steps, 0);
}

TEST_F(ManualOptimization, NamesAnOptimizerThatDoesNotExist) {
  net.before = [](ManualStep& step) { step.optimizer(2); };
  EXPECT_EQ(message_of<std::out_of_range>([&] { fit(1); }), "there is no optimizer 2; there are 2");
}

TEST_F(ManualOptimization, FollowsAStopAfterTheBatch) {
  net.before = [](ManualStep& step) { step.control.stop("enough"); };
  fit(3);
  EXPECT_EQ(progress.optimizer_steps, 2);
}

TEST_F(ManualOptimization, IsLeftOutWhereTheBatchIsSkipped) {
  connect = [](Trainer& trainer) {
    trainer.on<event::TrainBatchStart>([](auto const& e) {
      if (e.progress.batch == 0) e.control.skip_batch();
    });
  };
  fit(2);
  EXPECT_EQ(progress.optimizer_steps, 2);
}

TEST_F(ManualOptimization, StepsNoScheduler) {
  struct Scheduled : Players {
    Optimizers configure_optimizers() {
      Optimizers optimizers = Players::configure_optimizers();
      for (auto const interval : {Interval::kEpoch, Interval::kStep}) {
        optimizers.schedule(optimizers.at(0), Counter{&steps}, {.interval = interval});
      }
      return optimizers;
    }
    struct Counter {
      int* steps;
      void step() const { ++*steps; }
    };
    int steps = 0;
  };
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  Scheduled scheduled;
  trainer.fit(scheduled, batches(2));
  EXPECT_EQ(scheduled.steps, 0);
}

std::string const kItself =
    " is given, but the module's training_step optimizes by itself (it takes a "
    "sferic::ManualStep)";

TEST_F(ManualOptimization, RefusesOptionsThatItHasToSeeToItself) {
  EXPECT_EQ(refusal({.accumulate_grad_batches = 2}), "accumulate_grad_batches" + kItself);
  EXPECT_EQ(refusal({.gradient_clip_val = 0.5}), "gradient_clip_val" + kItself);
  EXPECT_EQ(refusal({.gradient_clip_val = 0}), "nothing was thrown");
}

TEST_F(ManualOptimization, RefusesAnAccumulationThatAHandlerAsksFor) {
  connect = [](Trainer& trainer) {
    trainer.on<event::TrainEpochStart>([](auto const& e) { e.accumulate_grad_batches = 2; });
  };
  EXPECT_EQ(refusal({}), "accumulate_grad_batches" + kItself);
}

TEST(AutomaticOptimization, RefusesSeveralOptimizersAndNone) {
  struct ManyOptimizers : Net {
    Optimizers configure_optimizers() {
      Optimizers optimizers;
      for (int i = 0; i < count; ++i) optimizers.add(torch::optim::SGD(parameters(), 0.1));
      return optimizers;
    }
    int count = 3;
  };
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  ManyOptimizers net;
  auto const refusal = [&] {
    return message_of<std::invalid_argument>([&] { trainer.fit(net, batches(1)); });
  };
  EXPECT_EQ(refusal(),
            "configure_optimizers() returned 3 optimizers; with several, training_step must take a "
            "sferic::ManualStep and step them");
  net.count = 0;
  EXPECT_EQ(refusal(), "configure_optimizers() returned no optimizer");
  EXPECT_EQ(recorder.count("fit_start"), 0);
}

}  // namespace
}  // namespace sferic::test
