#include <sferic/callbacks/progress_bar.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <tuple>

#include "callbacks/terminal.hpp"
#include "support/temporary_folder.hpp"
#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// Bars of trainers, where the time stands still.
class ProgressBarOfATrainer : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C", 1);
  }

  ProgressBar make_bar() {
    return ProgressBar({.refresh_seconds = 0, .file = terminal_.file(), .clock = [] {
      return std::chrono::steady_clock::time_point();
    }});
  }

  Terminal terminal_{80};
  Net net_;
};

TEST_F(ProgressBarOfATrainer, ShowsEachTask) {
  Trainer trainer({.max_epochs = 2}, make_bar());
  trainer.on<event::SanityCheckEnd>([&](auto const&) { EXPECT_EQ(terminal_.lines(), Lines{}); });
  trainer.fit(net_, batches(3), batches(1));
  EXPECT_EQ(terminal_.lines(), (Lines{"Epoch 1/2: |#############| 3/3 [00:00]",
                                      "Epoch 2/2: |#############| 3/3 [00:00]"}));
  trainer.validate(net_, batches(2));
  trainer.test(net_, std::make_tuple(batches(1), batches(4)));
  trainer.predict(net_, batches(1));
  auto const all = terminal_.lines();
  EXPECT_EQ(Lines(all.begin() + 2, all.end()),
            (Lines{"Validation: |#############| 2/2 [00:00]", "Test: |#############| 1/1 [00:00]",
                   "Test (loader 2): |#############| 4/4 [00:00]",
                   "Predict: |#############| 1/1 [00:00]"}));
}

TEST_F(ProgressBarOfATrainer, ShowsWhatRunsNow) {
  Trainer trainer({.max_epochs = 1}, make_bar());
  std::vector<std::string> shown;
  auto const look = [&](auto const&) { shown.push_back(terminal_.lines().back()); };
  trainer.on<event::ValidationBatchEnd>(look, Order::kLast);
  trainer.on<event::TrainBatchEnd>(look, Order::kLast);
  trainer.fit(net_, batches(2), batches(1));
  EXPECT_EQ(
      shown,
      (Lines{"Sanity check: |#############| 1/1 [00:00]", "Epoch 1/1: |######-------| 1/2 [00:00]",
             "Epoch 1/1: |#############| 2/2 [00:00]", "Validation: |#############| 1/1 [00:00]"}));
}

TEST_F(ProgressBarOfATrainer, GoesOnInTheMiddleOfAnEpoch) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "middle.ckpt";
  Trainer first({.max_epochs = 1, .handle_signals = false});
  first.on<event::TrainBatchEnd>([&](auto const& e) {
    if (e.progress.batch == 1) e.control.request_checkpoint(path);
  });
  first.fit(net_, batches(4), batches(2));

  Trainer second({.max_epochs = 1}, make_bar());
  second.on<event::TrainBatchStart>(once(), [&](auto const&) {
    EXPECT_EQ(terminal_.lines(), Lines{"Epoch 1/1: |######-------| 2/4 [00:00]"});
  }, Order::kLast);
  second.fit(net_, batches(4), batches(2), {.resume_from = path});
  EXPECT_EQ(terminal_.lines(), Lines{"Epoch 1/1: |#############| 4/4 [00:00]"});
}

TEST_F(ProgressBarOfATrainer, GoesOnInTheMiddleOfAValidation) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "middle.ckpt";
  Trainer first({.max_epochs = 1, .num_sanity_val_steps = 0});
  first.on<event::ValidationBatchEnd>([&](auto const& e) {
    if (e.progress.batch == 0) e.control.request_checkpoint(path);
  });
  first.fit(net_, batches(4), batches(2));

  Trainer second({.max_epochs = 1}, make_bar());
  second.on<event::ValidationBatchEnd>([&](auto const&) {
    EXPECT_EQ(terminal_.lines(), Lines{"Validation: |#############| 2/2 [00:00]"});
  }, Order::kLast);
  second.fit(net_, batches(4), batches(2), {.resume_from = path});
  EXPECT_EQ(terminal_.lines(), Lines{"Epoch 1/1: |#############| 4/4 [00:00]"});
}

TEST_F(ProgressBarOfATrainer, EndsItsLineWhenAStepFails) {
  Trainer trainer({.max_epochs = 1}, make_bar());
  net_.while_training = [](Step& step) {
    if (step.progress.batch == 1) throw std::runtime_error("an error");
  };
  EXPECT_THROW(trainer.fit(net_, batches(2)), std::runtime_error);
  std::fputs("an error\n", terminal_.file());
  EXPECT_EQ(terminal_.lines(), (Lines{"Epoch 1/1: |######-------| 1/2 [00:00]", "an error"}));
}

TEST_F(ProgressBarOfATrainer, IsPrintedAboveByAHandler) {
  Trainer trainer({.max_epochs = 1});
  auto& bar = trainer.add(make_bar());
  trainer.on<event::TrainBatchEnd>(
      [&](auto const& e) { bar.print("batch " + std::to_string(e.progress.batch)); });
  trainer.fit(net_, batches(2));
  EXPECT_EQ(terminal_.lines(),
            (Lines{"batch 0", "batch 1", "Epoch 1/1: |#############| 2/2 [00:00]"}));
}

}  // namespace
}  // namespace sferic::test
