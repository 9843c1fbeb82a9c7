#include <sferic/callbacks/learning_rate_monitor.hpp>

#include <gtest/gtest.h>

#include <map>

#include "../trainer/support.hpp"

namespace sferic::test {
namespace {

/// A module whose optimizers the test chooses.
class Tuned : public Net {
 public:
  explicit Tuned(std::function<void(Tuned&, Optimizers&)> configure)
      : configure_(std::move(configure)) {}

  void training_step(Batch const& batch, ManualStep& step) {
    step.backward(loss(batch));
    step.step(step.optimizer());
  }

  Optimizers configure_optimizers() {
    Optimizers optimizers;
    configure_(*this, optimizers);
    return optimizers;
  }

 private:
  std::function<void(Tuned&, Optimizers&)> configure_;
};

using Row = std::map<std::string, double>;

/// What a fit of two epochs of two batches logs.
template <class Module>
std::vector<Row> rows_of(Module&& module, LearningRateMonitorOptions options) {
  Trainer trainer({.max_epochs = 2, .log_every_n_steps = 1});
  trainer.add(LearningRateMonitor(options));
  std::vector<Row> rows;
  trainer.on<event::MetricsLogged>([&](auto const& e) {
    Row row;
    for (auto const& logged : e.values) row[logged.name] = logged.value;
    rows.push_back(row);
  });
  trainer.fit(module, batches(2));
  return rows;
}

/// The optimizer of the module, with a scheduler that halves.
class Halving : public Net {
 public:
  explicit Halving(ScheduleOptions options) : options_(std::move(options)) {}

  Optimizers configure_optimizers() {
    Optimizers optimizers;
    auto& sgd = optimizers.add(torch::optim::SGD(parameters(), 0.8));
    optimizers.schedule(sgd, torch::optim::StepLR(sgd, 1, 0.5), options_);
    return optimizers;
  }

 private:
  ScheduleOptions options_;
};

TEST(LearningRateMonitorTest, LogsAsOftenAsTheSchedulerMayChangeIt) {
  EXPECT_EQ(rows_of(Halving({.interval = Interval::kEpoch}), {}),
            (std::vector<Row>{{{"lr-SGD", 0.8}}, {{"lr-SGD", 0.4}}}));
  EXPECT_EQ(rows_of(Halving({.interval = Interval::kStep}), {}),
            (std::vector<Row>{
                {{"lr-SGD", 0.8}}, {{"lr-SGD", 0.4}}, {{"lr-SGD", 0.2}}, {{"lr-SGD", 0.1}}}));
}

TEST(LearningRateMonitorTest, LogsAtTheIntervalThatItIsGiven) {
  EXPECT_EQ(rows_of(Halving({.interval = Interval::kStep}), {.logging_interval = Interval::kEpoch}),
            (std::vector<Row>{{{"lr-SGD", 0.8}}, {{"lr-SGD", 0.2}}}));
  EXPECT_EQ(rows_of(Halving({.interval = Interval::kEpoch}), {.logging_interval = Interval::kStep}),
            (std::vector<Row>{
                {{"lr-SGD", 0.8}}, {{"lr-SGD", 0.8}}, {{"lr-SGD", 0.4}}, {{"lr-SGD", 0.4}}}));
}

TEST(LearningRateMonitorTest, LogsAnOptimizerWithoutASchedulerAtBothIntervals) {
  EXPECT_EQ(rows_of(Net(), {}), std::vector<Row>(6, {{"lr-SGD", 0.1}}));
}

TEST(LearningRateMonitorTest, TakesTheNameOfTheSchedule) {
  EXPECT_EQ(rows_of(Halving({.name = "main"}), {}).front(), (Row{{"main", 0.8}}));
}

TEST(LearningRateMonitorTest, NumbersOptimizersOfOneTypeAndGroupsOfParameters) {
  Tuned several([](Tuned& module, Optimizers& optimizers) {
    std::vector<torch::optim::OptimizerParamGroup> groups;
    groups.emplace_back(std::vector<torch::Tensor>{module.linear->weight},
                        std::make_unique<torch::optim::SGDOptions>(0.1));
    groups.emplace_back(std::vector<torch::Tensor>{module.linear->bias},
                        std::make_unique<torch::optim::SGDOptions>(0.2));
    optimizers.add(torch::optim::SGD(std::move(groups), torch::optim::SGDOptions(0.3)));
    optimizers.add(torch::optim::SGD(module.parameters(), 0.4));
    optimizers.add(torch::optim::Adam(module.parameters(), 0.5));
  });
  EXPECT_EQ(rows_of(several, {.logging_interval = Interval::kEpoch}).front(),
            (Row{{"lr-SGD/pg1", 0.1}, {"lr-SGD/pg2", 0.2}, {"lr-SGD-1", 0.4}, {"lr-Adam", 0.5}}));
}

TEST(LearningRateMonitorTest, LogsMomentumAndWeightDecayWhereItIsAskedTo) {
  Tuned several([](Tuned& module, Optimizers& optimizers) {
    auto const parameters = module.parameters();
    optimizers.add(torch::optim::SGD(
        parameters, torch::optim::SGDOptions(0.1).momentum(0.9).weight_decay(0.01)));
    optimizers.add(torch::optim::Adam(
        parameters, torch::optim::AdamOptions(0.2).betas({0.8, 0.99}).weight_decay(0.02)));
    optimizers.add(torch::optim::Adagrad(parameters, torch::optim::AdagradOptions(0.3)));
  });
  EXPECT_EQ(rows_of(several, {.logging_interval = Interval::kEpoch,
                              .log_momentum = true,
                              .log_weight_decay = true})
                .front(),
            (Row{{"lr-SGD", 0.1},
                 {"lr-SGD-momentum", 0.9},
                 {"lr-SGD-weight_decay", 0.01},
                 {"lr-Adam", 0.2},
                 {"lr-Adam-momentum", 0.8},
                 {"lr-Adam-weight_decay", 0.02},
                 {"lr-Adagrad", 0.3},
                 {"lr-Adagrad-momentum", 0},
                 {"lr-Adagrad-weight_decay", 0}}));
}

TEST(LearningRateMonitorTest, BeginsAnewInASecondFit) {
  Trainer trainer({.max_epochs = 1});
  trainer.add(LearningRateMonitor());
  Net first, second;
  trainer.fit(first, batches(1));
  trainer.fit(second, batches(1));
  EXPECT_EQ(trainer.metrics().at("lr-SGD"), 0.1);
}

}  // namespace
}  // namespace sferic::test
