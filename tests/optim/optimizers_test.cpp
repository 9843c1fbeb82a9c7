#include <sferic/optim/optimizers.hpp>

#include <sferic/metrics/metrics.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "optim/support.hpp"

namespace sferic::test {
namespace {

/// Counts its steps.
struct Stepped {
  std::shared_ptr<int> steps = std::make_shared<int>(0);
  void step() { ++*steps; }
};

/// Keeps the values it is stepped by.
struct SteppedByValue {
  std::shared_ptr<std::vector<double>> values = std::make_shared<std::vector<double>>();
  void step(double value) { values->push_back(value); }
};

TEST(Optimizers, StayWhereTheyWereAdded) {
  Optimizers optimizers;
  auto& first = optimizers.add(sgd({1}));
  auto const* const second = &optimizers.add(std::make_shared<torch::optim::SGD>(sgd({2})));
  for (int i = 0; i < 20; ++i) optimizers.add(sgd());
  Optimizers const moved = std::move(optimizers);
  EXPECT_EQ(moved.size(), 22);
  EXPECT_EQ(&moved.at(0), &first);
  EXPECT_EQ(&moved.at(1), second);
  EXPECT_EQ(rate_of(moved.at(1)), 2);
}

TEST(Optimizers, RefuseANullPointer) {
  Optimizers optimizers;
  EXPECT_EQ(message_of<std::invalid_argument>(
                [&] { optimizers.add(std::shared_ptr<torch::optim::SGD>()); }),
            "an optimizer of configure_optimizers() is a null pointer");
  EXPECT_EQ(optimizers.size(), 0);
}

TEST(Optimizers, NameTheOneThatDoesNotExist) {
  Optimizers optimizers;
  EXPECT_EQ(message_of<std::out_of_range>([&] { optimizers.at(0); }),
            "there is no optimizer 0; there are 0");
  optimizers.add(sgd());
  optimizers.add(sgd());
  EXPECT_EQ(message_of<std::out_of_range>([&] { optimizers.at(2); }),
            "there is no optimizer 2; there are 2");
}

TEST(Optimizers, RefuseASchedulerOfAnotherOptimizer) {
  Optimizers optimizers;
  optimizers.add(sgd());
  auto other = sgd();
  EXPECT_EQ(message_of<std::invalid_argument>([&] { optimizers.schedule(other, Stepped()); }),
            "schedule() must be given an optimizer that add() returned");
  EXPECT_TRUE(optimizers.schedules().empty());
}

std::string refusal(bool by_value, ScheduleOptions options) {
  Optimizers optimizers;
  auto& optimizer = optimizers.add(sgd());
  auto message = message_of<std::invalid_argument>([&] {
    if (by_value)
      optimizers.schedule(optimizer, SteppedByValue(), std::move(options));
    else
      optimizers.schedule(optimizer, Stepped(), std::move(options));
  });
  EXPECT_TRUE(optimizers.schedules().empty());
  return message;
}

TEST(Optimizers, RefuseOptionsOfASchedulerThatAreOutOfRange) {
  EXPECT_EQ(refusal(false, {.frequency = 0}), "frequency of a scheduler must be >= 1, but got 0");
  EXPECT_EQ(refusal(false, {.frequency = -3}), "frequency of a scheduler must be >= 1, but got -3");
  EXPECT_EQ(refusal(true, {}),
            "monitor must name a logged value for a scheduler with step(value), but is empty");
  EXPECT_EQ(refusal(false, {.monitor = "loss"}),
            "monitor is `loss`, but the scheduler's step() takes no value");
}

TEST(Optimizers, DoNotStepATorchSchedulerThatTheyRefuse) {
  Optimizers optimizers;
  auto& optimizer = optimizers.add(sgd({1}));
  torch::optim::StepLR const scheduler(optimizer, 1, 0.5);
  EXPECT_THROW(optimizers.schedule(optimizer, scheduler, {.frequency = 0}), std::invalid_argument);
  EXPECT_EQ(rate_of(optimizer), 1);
}

TEST(Optimizers, StepATorchSchedulerAsPythonDoes) {
  Optimizers optimizers;
  auto& optimizer = optimizers.add(sgd({1}));
  optimizers.schedule(optimizer, torch::optim::StepLR(optimizer, 3, 0.5));
  std::vector<double> rates{rate_of(optimizer)};
  for (std::int64_t epoch = 1; epoch <= 6; ++epoch) {
    optimizers.step_schedulers(Interval::kEpoch, epoch, /*by_value=*/false, Metrics());
    rates.push_back(rate_of(optimizer));
  }
  EXPECT_EQ(rates, (std::vector<double>{1, 1, 1, 0.5, 0.5, 0.5, 0.25}));
}

TEST(Optimizers, StepNoSchedulerOfTheUsersOwnAtOnce) {
  Optimizers optimizers;
  auto& optimizer = optimizers.add(sgd());
  EXPECT_EQ(*optimizers.schedule(optimizer, Stepped()).steps, 0);
}

TEST(Optimizers, StepSchedulersOfTheIntervalByTheirFrequency) {
  Optimizers optimizers;
  auto& optimizer = optimizers.add(sgd());
  auto const& epochs = optimizers.schedule(optimizer, Stepped());
  auto const& steps = optimizers.schedule(optimizer, Stepped(), {.interval = Interval::kStep});
  auto const& third =
      optimizers.schedule(optimizer, Stepped(), {.interval = Interval::kStep, .frequency = 3});
  for (std::int64_t count = 1; count <= 7; ++count) {
    optimizers.step_schedulers(Interval::kStep, count, /*by_value=*/false, Metrics());
    optimizers.step_schedulers(Interval::kStep, count, /*by_value=*/true, Metrics());
  }
  optimizers.step_schedulers(Interval::kEpoch, 1, /*by_value=*/false, Metrics());
  EXPECT_EQ(*epochs.steps, 1);
  EXPECT_EQ(*steps.steps, 7);
  EXPECT_EQ(*third.steps, 2);
}

TEST(Optimizers, StepASchedulerByTheValueThatItMonitors) {
  Optimizers optimizers;
  auto& optimizer = optimizers.add(sgd());
  auto const& scheduler = optimizers.schedule(optimizer, SteppedByValue(), {.monitor = "val_loss"});
  EXPECT_TRUE(optimizers.schedules().front().takes_value());
  Metrics metrics;
  metrics.log("val_loss", 0.5);
  optimizers.step_schedulers(Interval::kEpoch, 1, /*by_value=*/false, metrics);
  EXPECT_TRUE(scheduler.values->empty());
  optimizers.step_schedulers(Interval::kEpoch, 1, /*by_value=*/true, metrics);
  EXPECT_EQ(*scheduler.values, std::vector<double>{0.5});
}

TEST(Optimizers, NameTheMonitoredValueThatIsMissingAndThoseThatThereAre) {
  Optimizers optimizers;
  auto& optimizer = optimizers.add(sgd());
  optimizers.schedule(optimizer, SteppedByValue(), {.frequency = 2, .monitor = "val_loss"});
  Metrics metrics;
  auto const step = [&](std::int64_t count) {
    return message_of<std::runtime_error>(
        [&] { optimizers.step_schedulers(Interval::kEpoch, count, /*by_value=*/true, metrics); });
  };
  EXPECT_EQ(step(1), "nothing was thrown") << "it is not this one's turn";
  EXPECT_EQ(step(2),
            "a scheduler monitors `val_loss`, which has not been logged; there is nothing");
  metrics.log("loss", 1.0);
  metrics.log("accuracy", 1.0);
  EXPECT_EQ(step(4),
            "a scheduler monitors `val_loss`, which has not been logged; there is `accuracy`, "
            "`loss`");
}

TEST(Optimizers, GoOnWithoutAValueWhereTheSchedulerIsNotStrict) {
  Optimizers optimizers;
  auto& optimizer = optimizers.add(sgd());
  auto const& lenient =
      optimizers.schedule(optimizer, SteppedByValue(), {.monitor = "x", .strict = false});
  auto const& present = optimizers.schedule(optimizer, SteppedByValue(), {.monitor = "y"});
  Metrics metrics;
  metrics.log("y", 2.0);
  optimizers.step_schedulers(Interval::kEpoch, 1, /*by_value=*/true, metrics);
  EXPECT_TRUE(lenient.values->empty());
  EXPECT_EQ(*present.values, std::vector<double>{2});
}

TEST(Optimizers, AreCopiedWithTheirSchedulers) {
  Optimizers copy;
  std::shared_ptr<int> steps;
  {
    Optimizers optimizers;
    steps = optimizers.schedule(optimizers.add(sgd()), Stepped(), {.name = "rate"}).steps;
    copy = optimizers;
  }
  copy.step_schedulers(Interval::kEpoch, 1, /*by_value=*/false, Metrics());
  EXPECT_EQ(*steps, 1);
  EXPECT_EQ(&copy.schedules().front().optimizer(), &copy.at(0));
  EXPECT_EQ(copy.schedules().front().options().name, "rate");
}

}  // namespace
}  // namespace sferic::test
