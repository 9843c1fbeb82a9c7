// What loggers are told, and when.

#include <sferic/metrics/metrics.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <thread>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// Rows of a logger, "step: name=value, name=value", one a line.
class MetricsLogged : public testing::Test {
 protected:
  void start(TrainerOptions options) {
    if (!options.max_epochs && !options.max_time) options.max_epochs = 1;
    options.device = "cpu";
    trainer.emplace(options);
    rows.clear();
  }

  void listen() {
    trainer->on<event::MetricsLogged>([this](auto const& e) { write(e); });
  }

  void write(event::MetricsLogged const& e) {
    std::ostringstream row;
    row << e.step << ':';
    for (auto const& value : e.values) row << ' ' << value.name << '=' << value.value;
    rows += row.str() + '\n';
  }

  void start_listening(TrainerOptions const& options) {
    start(options);
    listen();
  }

  /// Logs the number of the batch, counted over all epochs.
  void log_batches(LogOptions const& options = {}) {
    net.while_training = [this, options](Step& step) { step.log("x", batch_number++, options); };
  }

  template <class Event>
  void log_at(char const* name) {
    trainer->on<Event>([name](auto const& e) { e.metrics.log(name, 7.0); });
  }

  std::string fit(std::int64_t train) {
    batch_number = 0;
    trainer->fit(net, batches(train));
    return rows;
  }

  std::string fit_and_validate(std::int64_t train) {
    batch_number = 0;
    trainer->fit(net, batches(train), batches(2));
    return rows;
  }

  std::optional<Trainer> trainer;
  std::string rows;
  Net net;
  double batch_number = 0;
};

TEST_F(MetricsLogged, TellsOfEveryNthStepOverTheEpochsBorders) {
  start_listening({.max_epochs = 2, .log_every_n_steps = 2});
  log_batches();
  EXPECT_EQ(fit(3), "1: x=1\n3: x=3\n5: x=5\n");
}

TEST_F(MetricsLogged, TellsOfEveryFiftiethStepByDefault) {
  start_listening({});
  log_batches();
  EXPECT_EQ(fit(101), "49: x=49\n99: x=99\n");
}

TEST_F(MetricsLogged, ComesAfterTheBatchEnds) {
  start({.log_every_n_steps = 1});
  auto const& recorder = trainer->add(Recorder());
  log_batches();
  fit(1);
  EXPECT_NE(recorder.events.find("\nbatch_end\nmetrics_logged\n"), std::string::npos);
}

TEST_F(MetricsLogged, TellsNoBatchWhereTheOptionIsZero) {
  start_listening({.log_every_n_steps = 0});
  log_batches({.on_step = true, .on_epoch = true});
  EXPECT_EQ(fit(3), "2: x_epoch=1\n");
}

TEST_F(MetricsLogged, NamesValuesOfBatchesAndOfTheEpochApart) {
  start_listening({.log_every_n_steps = 1});
  log_batches({.on_step = true, .on_epoch = true});
  EXPECT_EQ(fit(2), "0: x_step=0\n1: x_step=1\n1: x_epoch=0.5\n");
}

TEST_F(MetricsLogged, TellsOnlyWhatIsNew) {
  start_listening({.log_every_n_steps = 1});
  net.while_training = [](Step& step) {
    step.log("each", 1.0);
    if (step.progress.batch == 1) step.log("sometimes", 2.0);
  };
  EXPECT_EQ(fit(3), "0: each=1\n1: each=1 sometimes=2\n2: each=1\n");
}

TEST_F(MetricsLogged, TellsNothingWhereNothingWasLogged) {
  start({.log_every_n_steps = 1});
  auto const& recorder = trainer->add(Recorder());
  fit_and_validate(3);
  EXPECT_EQ(recorder.count("metrics_logged"), 0);
}

TEST_F(MetricsLogged, TellsWindowsOfAccumulationOnceWithTheirLastBatch) {
  start_listening({.accumulate_grad_batches = 2, .log_every_n_steps = 1});
  log_batches();
  EXPECT_EQ(fit(5), "0: x=1\n1: x=3\n2: x=4\n");
}

TEST_F(MetricsLogged, CountsTheStepsOfAModuleThatOptimizesByItself) {
  struct TwoSteps : Net {
    void training_step(Batch const& given, ManualStep& step) {
      for (int i = 0; i < 2; ++i) {
        step.backward(loss(given));
        step.step(step.optimizer());
      }
      step.log("x", static_cast<double>(step.progress.batch));
    }
  };
  start_listening({.log_every_n_steps = 4});
  TwoSteps two_steps;
  trainer->fit(two_steps, batches(5));
  EXPECT_EQ(rows, "2: x=1\n6: x=3\n");
}

TEST_F(MetricsLogged, TellsOfAValidationWithTheLastStep) {
  start_listening({.num_sanity_val_steps = 0, .val_check_interval = 2});
  net.while_validating = [this](Step& step) { step.log("val", batch_number++); };
  EXPECT_EQ(fit_and_validate(4), "1: val=0.5\n3: val=2.5\n");
}

TEST_F(MetricsLogged, TellsNothingOfTheSanityCheck) {
  start_listening({.limit_train_batches = 1, .check_val_every_n_epoch = 2});
  net.while_validating = [](Step& step) {
    step.log("val", 1.0);
    step.log("val_step", 1.0, {.on_step = true});
  };
  log_at<event::ValidationEpochEnd>("at_end");
  EXPECT_EQ(fit_and_validate(1), "");
}

TEST_F(MetricsLogged, TellsNothingOfATrialRun) {
  start_listening({.fast_dev_run = 3, .log_every_n_steps = 1});
  log_batches({.on_step = true, .on_epoch = true});
  net.while_validating = [](Step& step) { step.log("val", 1.0); };
  EXPECT_EQ(fit_and_validate(3), "");
  trainer->validate(net, batches(2));
  EXPECT_EQ(rows, "");
}

TEST_F(MetricsLogged, TellsOfTheBatchThatAStopCameWith) {
  start_listening({});
  log_batches();
  trainer->on<event::TrainBatchEnd>([](auto const& e) {
    if (e.progress.batch == 1) e.control.stop("enough");
  });
  EXPECT_EQ(fit(4), "1: x=1\n");
}

TEST_F(MetricsLogged, TellsOfTheStartsOfBatchesThatAStopWaitsFor) {
  start_listening({.min_steps = 3});
  trainer->on<event::TrainBatchStart>(
      [this](auto const& e) { e.metrics.log("start", batch_number++); });
  trainer->on<event::TrainBatchEnd>([](auto const& e) { e.control.stop("enough"); });
  net.while_training = [](Step& step) { step.log("x", 7.0); };
  EXPECT_EQ(fit(3), "0: start=0 x=7\n1: start=1\n1: x=7\n2: start=2\n2: x=7\n");
}

TEST_F(MetricsLogged, TellsOfTheBatchInWhichTheTimeWasOver) {
  start_listening({.max_time = std::chrono::milliseconds(1)});
  net.while_training = [](Step& step) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    step.log("x", 1.0);
  };
  EXPECT_EQ(fit(4), "0: x=1\n");
}

TEST_F(MetricsLogged, TellsOfValuesOutsideOfBatchesSoon) {
  start_listening({.max_epochs = 2});
  log_at<event::TrainEpochEnd>("end");
  log_at<event::FitEnd>("fit");
  EXPECT_EQ(fit(2), "1: end=7\n3: end=7\n3: fit=7\n");
}

TEST_F(MetricsLogged, TellsOfValuesAtTheStartOfAnEpochOnceWithTheStepToCome) {
  start_listening({.max_epochs = 2});
  log_at<event::TrainEpochStart>("start");
  EXPECT_EQ(fit(2), "0: start=7\n2: start=7\n");
}

TEST_F(MetricsLogged, TellsOfValuesAtTheEndsOfAValidation) {
  start_listening({.num_sanity_val_steps = 0, .val_check_interval = 2});
  log_at<event::ValidationStart>("a");
  EXPECT_EQ(fit_and_validate(4), "1: a=7\n3: a=7\n");

  start_listening({.num_sanity_val_steps = 0, .val_check_interval = 2});
  log_at<event::ValidationEnd>("z");
  EXPECT_EQ(fit_and_validate(4), "1: z=7\n3: z=7\n");
}

TEST_F(MetricsLogged, TellsOfValuesWhereAStopIsNoticed) {
  start_listening({.min_epochs = 1});
  log_at<event::StopRequested>("stopped");
  trainer->on<event::TrainBatchEnd>(once(), [](auto const& e) { e.control.stop("enough"); });
  EXPECT_EQ(fit(3), "0: stopped=7\n");
}

TEST_F(MetricsLogged, TellsOfValidateAndTest) {
  start_listening({});
  net.while_validating = [](Step& step) {
    step.log("val", 1.0 + static_cast<double>(step.progress.batch));
  };
  log_at<event::ValidationEnd>("end");
  log_at<event::TestEpochEnd>("test");
  trainer->validate(net, batches(2));
  EXPECT_EQ(rows, "0: val=1.5\n0: end=7\n");
  rows.clear();
  fit(4);
  trainer->test(net, batches(2));
  EXPECT_EQ(rows, "3: test=7\n");
}

TEST_F(MetricsLogged, LeavesOutABatchThatWasSkipped) {
  start_listening({.log_every_n_steps = 1});
  log_batches();
  trainer->on<event::BeforeBackward>([](auto const& e) {
    if (e.progress.batch == 1) e.control.skip_batch();
  });
  EXPECT_EQ(fit(3), "0: x=0\n1: x=2\n");
}

TEST_F(MetricsLogged, KeepsNothingForThoseWhoListenLater) {
  start({.log_every_n_steps = 1});
  log_batches();
  trainer->on<event::TrainBatchStart>([this](auto const& e) {
    if (e.progress.batch == 2) listen();
  });
  EXPECT_EQ(fit(4), "2: x=2\n3: x=3\n");
}

TEST_F(MetricsLogged, IsToldToEveryLogger) {
  start_listening({.log_every_n_steps = 1});
  listen();
  log_batches();
  EXPECT_EQ(fit(1), "0: x=0\n0: x=0\n");
}

TEST_F(MetricsLogged, CanBeStartedAnewByASecondFit) {
  start_listening({.log_every_n_steps = 2});
  log_batches();
  fit(3);
  EXPECT_EQ(fit(3), "1: x=1\n1: x=1\n");
}

}  // namespace
}  // namespace sferic::test
