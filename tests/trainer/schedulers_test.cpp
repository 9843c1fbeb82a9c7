// When the trainer steps the schedulers of learning rates.

#include <sferic/optim/lambda_lr.hpp>
#include <sferic/optim/optimizers.hpp>
#include <sferic/optim/reduce_lr_on_plateau.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// Writes an "s" into the trace of a test.
struct Traced {
  std::string* trace;
  void step() const { *trace += 's'; }
};

/// Writes the value, of one digit.
struct TracedByValue {
  std::string* trace;
  void step(double value) const { *trace += std::to_string(static_cast<int>(value)); }
};

struct ScheduledNet : Net {
  Optimizers configure_optimizers() {
    Optimizers optimizers;
    auto& optimizer = optimizers.add(torch::optim::SGD(parameters(), 0.5));
    if (schedule) schedule(optimizers, optimizer);
    return optimizers;
  }

  void on(event::TrainEpochEnd const& e) const {
    if (at_epoch_end) at_epoch_end(e);
  }

  std::function<void(Optimizers&, torch::optim::SGD&)> schedule;
  std::function<void(event::TrainEpochEnd const&)> at_epoch_end;
};

/// The trace has a "b" for the end of each training batch, "v" for that of a validation, and "e"
/// for that of an epoch.
class Schedulers : public testing::Test {
 protected:
  void start(TrainerOptions options) {
    options.num_sanity_val_steps = 0;
    options.device = "cpu";
    trainer.emplace(options);
    trainer->on<event::TrainBatchEnd>([this](auto const&) { trace += 'b'; });
    trainer->on<event::ValidationEnd>([this](auto const&) { trace += 'v'; });
    trainer->on<event::TrainEpochEnd>([this](auto const&) { trace += 'e'; });
  }

  void add(ScheduleOptions const& given) {
    net.schedule = [this, given](Optimizers& optimizers, torch::optim::SGD& optimizer) {
      optimizers.schedule(optimizer, Traced{&trace}, given);
    };
  }

  void add_by_value(ScheduleOptions const& given) {
    net.schedule = [this, given](Optimizers& optimizers, torch::optim::SGD& optimizer) {
      optimizers.schedule(optimizer, TracedByValue{&trace}, given);
    };
  }

  std::string fit(std::int64_t train) {
    trace.clear();
    trainer->fit(net, batches(train));
    return trace;
  }

  std::string fit_and_validate(std::int64_t train) {
    trace.clear();
    trainer->fit(net, batches(train), batches(1));
    return trace;
  }

  std::optional<Trainer> trainer;
  std::string trace;
  ScheduledNet net;
};

TEST_F(Schedulers, AreSteppedOnceAnEpochBeforeItsLastBatchEndsByDefault) {
  start({.max_epochs = 2});
  add({});
  EXPECT_EQ(fit_and_validate(3), "bbsbvebbsbve");
}

TEST_F(Schedulers, OfStepsAreSteppedBeforeTheirBatchEnds) {
  start({.max_epochs = 2});
  add({.interval = Interval::kStep});
  EXPECT_EQ(fit_and_validate(2), "sbsbvesbsbve");
}

TEST_F(Schedulers, OfEpochsAreSteppedEachFrequencyEpochs) {
  start({.max_epochs = 5});
  add({.frequency = 2});
  EXPECT_EQ(fit(1), "besbebesbebe");
}

TEST_F(Schedulers, OfStepsCountTheBatchesOfEachEpochApart) {
  start({.max_epochs = 2});
  add({.interval = Interval::kStep, .frequency = 2});
  EXPECT_EQ(fit(5), "bsbbsbbebsbbsbbe");
}

TEST_F(Schedulers, OfStepsAreSteppedOnlyWhereTheOptimizerIs) {
  start({.max_epochs = 1, .accumulate_grad_batches = 2});
  add({.interval = Interval::kStep});
  EXPECT_EQ(fit(5), "bsbbsbsbe");
}

TEST_F(Schedulers, OfStepsCountBatchesAndNotOptimizerSteps) {
  start({.max_epochs = 1, .accumulate_grad_batches = 2});
  add({.interval = Interval::kStep, .frequency = 3});
  EXPECT_EQ(fit(7), "bbbbbsbbe") << "steps after batches 2, 4, 6 and 7";
}

TEST_F(Schedulers, OfStepsAreSteppedWhereTheOptimizerStepsWithoutALoss) {
  struct SilentNet : ScheduledNet {
    void training_step(Batch const&) {}
  };
  start({.max_epochs = 1});
  SilentNet silent;
  silent.schedule = [this](Optimizers& optimizers, torch::optim::SGD& optimizer) {
    optimizers.schedule(optimizer, Traced{&trace}, {.interval = Interval::kStep});
  };
  trainer->fit(silent, batches(2));
  EXPECT_EQ(trace, "sbsbe");
}

TEST_F(Schedulers, ByAValueOfTheValidationAreSteppedAfterTheEpochEnds) {
  start({.max_epochs = 2});
  add_by_value({.monitor = "val_loss"});
  net.while_validating = [](Step& step) {
    step.log("val_loss", 7.0 + static_cast<double>(step.progress.epoch));
  };
  EXPECT_EQ(fit_and_validate(2), "bbve7bbve8");
}

TEST_F(Schedulers, ByAValueSeeWhatTheModuleAndTheCallbacksLogAtTheEndOfTheEpoch) {
  start({.max_epochs = 1});
  add_by_value({.monitor = "late"});
  net.at_epoch_end = [](auto const& e) { e.metrics.log("late", 4.0); };
  EXPECT_EQ(fit(1), "be4");

  net.at_epoch_end = nullptr;
  trainer->on<event::EpochEnd>([](auto const& e) { e.metrics.log("late", 5.0); }, Order::kLast);
  EXPECT_EQ(fit(1), "be5");
}

TEST_F(Schedulers, ByAValueOfStepsAreSteppedAfterTheBatchAndItsValidation) {
  start({.max_epochs = 1, .val_check_interval = 2});
  add_by_value({.interval = Interval::kStep, .monitor = "loss"});
  net.while_training = [](Step& step) {
    step.log("loss", 1.0 + static_cast<double>(step.progress.batch));
  };
  EXPECT_EQ(fit_and_validate(4), "b1bv2b3bv4e");
}

TEST_F(Schedulers, ByAValueOfAnOlderValidationAreSteppedAgain) {
  start({.max_epochs = 4, .check_val_every_n_epoch = 2});
  add_by_value({.monitor = "val_loss", .strict = false});
  net.while_validating = [](Step& step) {
    step.log("val_loss", static_cast<double>(step.progress.epoch));
  };
  EXPECT_EQ(fit_and_validate(1), "bebve1be1bve3");
}

TEST_F(Schedulers, OfAMissingValueEndTheFit) {
  start({.max_epochs = 2});
  add_by_value({.monitor = "val_loss"});
  net.while_training = [](Step& step) { step.log("loss", 1.0); };
  EXPECT_EQ(message_of<std::runtime_error>([&] { fit(1); }),
            "a scheduler monitors `val_loss`, which has not been logged; there is `loss`");
  EXPECT_EQ(trace, "be");
}

TEST_F(Schedulers, DoNotSeeValuesOfTheSanityCheck) {
  Trainer with_check({.max_epochs = 1, .limit_val_batches = 1, .check_val_every_n_epoch = 2});
  add_by_value({.monitor = "val_loss"});
  net.while_validating = [](Step& step) { step.log("val_loss", 1.0); };
  EXPECT_THROW(with_check.fit(net, batches(1), batches(1)), std::runtime_error);
}

TEST_F(Schedulers, OfEpochsAreNotSteppedInAnEpochThatEndsEarly) {
  start({.max_epochs = 2});
  trainer->on<event::TrainBatchEnd>([](auto const& e) {
    if (e.progress.epoch == 0 && e.progress.batch == 1) e.control.end_epoch();
  });
  add({});
  EXPECT_EQ(fit(3), "bbebbsbe");
  net.at_epoch_end = [](auto const& e) { e.metrics.log("x", 3.0); };
  add_by_value({.monitor = "x"});
  EXPECT_EQ(fit(3), "bbebbbe3");
}

TEST_F(Schedulers, OfEpochsAreNotSteppedWhereAStopEndsTheEpoch) {
  start({.max_epochs = 2});
  trainer->on<event::TrainBatchEnd>([](auto const& e) { e.control.stop("early"); });
  add({});
  EXPECT_EQ(fit(2), "be");
  add_by_value({.monitor = "x"});
  EXPECT_EQ(fit(2), "be");
}

TEST_F(Schedulers, OfEpochsAreSteppedWhereAStopComesWithTheLastBatch) {
  start({.max_epochs = 2});
  trainer->on<event::TrainBatchEnd>([](auto const& e) { e.control.stop("early"); });
  add({});
  EXPECT_EQ(fit(1), "sbe");
}

TEST_F(Schedulers, OfEpochsAreNotSteppedWhereMaxStepsEndsTheEpoch) {
  start({.max_steps = 3});
  add({});
  EXPECT_EQ(fit(2), "bsbebe");
}

TEST_F(Schedulers, OfEpochsAreNotSteppedWhereTheLastBatchIsRefusedByEndEpoch) {
  start({.max_epochs = 1});
  trainer->on<event::TrainBatchStart>([](auto const& e) {
    if (e.progress.batch == 1) e.control.end_epoch();
  });
  add({});
  EXPECT_EQ(fit_and_validate(2), "be");
  add_by_value({.monitor = "val_loss"});
  EXPECT_EQ(fit_and_validate(2), "be");
}

TEST_F(Schedulers, ByAValueAreNotSteppedWhereEndEpochLeavesOutTheValidation) {
  start({.max_epochs = 1});
  trainer->on<event::TrainBatchEnd>([](auto const& e) {
    if (e.progress.batch == 1) e.control.end_epoch();
  });
  net.while_validating = [](Step& step) { step.log("val_loss", 1.0); };
  add_by_value({.monitor = "val_loss"});
  EXPECT_EQ(fit_and_validate(2), "bbe");
}

TEST_F(Schedulers, OfEpochsAreSteppedWhereTheLastBatchIsSkipped) {
  start({.max_epochs = 1});
  trainer->on<event::TrainBatchStart>([](auto const& e) {
    if (e.progress.batch == 1) e.control.skip_batch();
  });
  add({});
  EXPECT_EQ(fit(2), "bse");
  net.at_epoch_end = [](auto const& e) { e.metrics.log("x", 3.0); };
  add_by_value({.monitor = "x"});
  EXPECT_EQ(fit(2), "be3");
}

TEST_F(Schedulers, OfStepsAreNotSteppedWhereABatchIsSkipped) {
  start({.max_epochs = 1});
  trainer->on<event::BeforeBackward>([](auto const& e) {
    if (e.progress.batch == 1) e.control.skip_batch();
  });
  add({.interval = Interval::kStep});
  EXPECT_EQ(fit(3), "sbsbe");
  net.while_training = [](Step& step) { step.log("x", 3.0); };
  add_by_value({.interval = Interval::kStep, .monitor = "x"});
  EXPECT_EQ(fit(3), "b3b3e");
}

TEST_F(Schedulers, BeginAnewWithEachFit) {
  start({.max_epochs = 3});
  add({.frequency = 2});
  EXPECT_EQ(fit(1), "besbebe");
  EXPECT_EQ(fit(1), "besbebe");
}

TEST_F(Schedulers, ThatThrowEndTheFit) {
  struct Throwing {
    void step() { throw std::runtime_error("broken scheduler"); }
  };
  start({.max_epochs = 1});
  net.schedule = [](Optimizers& optimizers, torch::optim::SGD& optimizer) {
    optimizers.schedule(optimizer, Throwing());
  };
  EXPECT_EQ(message_of<std::runtime_error>([&] { fit(1); }), "broken scheduler");
}

/// The learning rate at the start of each epoch.
std::vector<double> rates_of_epochs(
    ScheduledNet& net, std::int64_t epochs,
    std::function<void(Optimizers&, torch::optim::SGD&)> const& schedule) {
  torch::optim::Optimizer* optimizer = nullptr;
  net.schedule = schedule;
  std::vector<double> rates;
  Trainer trainer({.max_epochs = epochs, .device = "cpu"});
  trainer.on<event::FitStart>([&](auto const& e) { optimizer = &e.optimizers.at(0); });
  trainer.on<event::TrainEpochStart>(
      [&](auto const&) { rates.push_back(optimizer->param_groups().front().options().get_lr()); });
  trainer.fit(net, batches(2));
  return rates;
}

TEST_F(Schedulers, OfTorchAreLateByNoEpoch) {
  EXPECT_EQ(rates_of_epochs(net, 6,
                            [](auto& optimizers, auto& optimizer) {
    optimizers.schedule(optimizer, torch::optim::StepLR(optimizer, 2, 0.5));
  }),
            (std::vector<double>{0.5, 0.5, 0.25, 0.25, 0.125, 0.125}));
}

TEST_F(Schedulers, MaySeveralAtOnceSetOneRate) {
  EXPECT_EQ(rates_of_epochs(net, 3,
                            [](auto& optimizers, auto& optimizer) {
    optimizers.schedule(optimizer,
                        LambdaLR(optimizer, [](auto count) { return 1.0 / (1 << count); }));
    optimizers.schedule(optimizer, torch::optim::StepLR(optimizer, 2, 0.5));
  }),
            (std::vector<double>{0.5, 0.25, 0.0625}));
}

TEST_F(Schedulers, ReduceTheRateOnAPlateauOfTheValidation) {
  start({.max_epochs = 5});
  net.while_validating = [](Step& step) { step.log("val_loss", 1.0); };
  net.schedule = [](Optimizers& optimizers, torch::optim::SGD& optimizer) {
    optimizers.schedule(optimizer, ReduceLROnPlateau(optimizer, {.factor = 0.5, .patience = 1}),
                        {.monitor = "val_loss"});
  };
  double rate = 0;
  trainer->on<event::TrainStart>([&](auto const& e) {
    auto& optimizer = e.optimizers.at(0);
    trainer->on<event::FitEnd>(
        [&](auto const&) { rate = optimizer.param_groups().front().options().get_lr(); });
  });
  fit_and_validate(1);
  EXPECT_EQ(rate, 0.125) << "reduced after the third and the fifth epoch";
}

}  // namespace
}  // namespace sferic::test
