// SIGINT and SIGTERM while a task runs.

#include <sferic/trainer/interrupted.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

using Handler = void (*)(int);

Handler handler_of(int signal) {
  struct sigaction present = {};
  sigaction(signal, nullptr, &present);
  return present.sa_handler;
}

template <class Call>
int signal_that_interrupts(Call&& call) {
  try {
    call();
  } catch (Interrupted const& interrupted) {
    EXPECT_EQ(interrupted.exit_code(), 128 + interrupted.signal());
    return interrupted.signal();
  }
  return 0;
}

class Interrupt : public testing::Test {
 protected:
  Interrupt() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }  // LibTorch has threads
  ~Interrupt() override {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
  }

  /// Raises the signal at the n-th of these events.
  template <class Event>
  void raise_at(int signal, int n = 1) {
    trainer.on<Event>(after(n - 1) | once(), [signal](auto const&) { std::raise(signal); });
  }

  void fit() { trainer.fit(net, batches(3), batches(2)); }

  /// What follows the last event of this name.
  std::string after_last(std::string const& name) const {
    auto const at = recorder.events.rfind("\n" + name + "\n");
    return recorder.events.substr(at + name.size() + 2);
  }

  Trainer trainer{{.max_epochs = 2, .num_sanity_val_steps = 0, .device = "cpu"}};
  Recorder& recorder = trainer.add(Recorder());
  Net net;
};

TEST_F(Interrupt, BySigintLetsTheBatchEnd) {
  raise_at<event::BeforeBackward>(SIGINT, 2);
  EXPECT_EQ(signal_that_interrupts([&] { fit(); }), SIGINT);
  EXPECT_EQ(recorder.events, lines(kFitBegin + "train_start " + kEpochBegin + kBatch + kBatch +
                                   "keyboard_interrupt exception teardown"));
}

TEST_F(Interrupt, BySigtermIsNoKeyboardInterrupt) {
  raise_at<event::BeforeBackward>(SIGTERM);
  EXPECT_EQ(signal_that_interrupts([&] { fit(); }), SIGTERM);
  EXPECT_EQ(after_last("batch_end"), lines("exception teardown"));
}

TEST_F(Interrupt, SaysWhichSignalItWas) {
  EXPECT_EQ(Interrupted(SIGINT).exit_code(), 130);
  EXPECT_EQ(Interrupted(SIGTERM).exit_code(), 143);
  std::string what;
  trainer.on<event::Exception>([&](auto const& e) { what = e.what; });
  raise_at<event::TrainBatchStart>(SIGINT);
  EXPECT_EQ(message_of<Interrupted>([&] { fit(); }), "interrupted by SIGINT");
  EXPECT_EQ(what, "interrupted by SIGINT");
  raise_at<event::TrainBatchStart>(SIGTERM);
  EXPECT_EQ(message_of<Interrupted>([&] { fit(); }), "interrupted by SIGTERM");
}

TEST_F(Interrupt, EndsAValidationWithinTheFitAfterItsBatch) {
  raise_at<event::ValidationBatchStart>(SIGINT);
  EXPECT_EQ(signal_that_interrupts([&] { fit(); }), SIGINT);
  EXPECT_EQ(recorder.count("validation_batch_end"), 1);
  EXPECT_EQ(after_last("validation_batch_end"), lines("keyboard_interrupt exception teardown"));
  EXPECT_TRUE(net.is_training());
}

TEST_F(Interrupt, BetweenEpochsTrainsNoFurtherBatch) {
  raise_at<event::TrainEpochEnd>(SIGINT);
  EXPECT_EQ(signal_that_interrupts([&] { fit(); }), SIGINT);
  EXPECT_EQ(after_last("train_epoch_start"), lines("keyboard_interrupt exception teardown"));
}

TEST_F(Interrupt, EndsValidateTestAndPredict) {
  raise_at<event::ValidationBatchStart>(SIGINT);
  raise_at<event::TestBatchStart>(SIGTERM);
  raise_at<event::PredictBatchStart>(SIGINT);
  EXPECT_EQ(signal_that_interrupts([&] { trainer.validate(net, batches(2)); }), SIGINT);
  EXPECT_EQ(signal_that_interrupts([&] { trainer.test(net, batches(2)); }), SIGTERM);
  EXPECT_EQ(signal_that_interrupts([&] { trainer.predict(net, batches(2)); }), SIGINT);
  EXPECT_EQ(recorder.count("validation_batch_end"), 1);
  EXPECT_EQ(recorder.count("test_batch_end"), 1);
  EXPECT_EQ(recorder.count("predict_batch_end"), 1);
  EXPECT_EQ(recorder.count("keyboard_interrupt"), 2);
  EXPECT_EQ(recorder.count("teardown"), 3);
}

TEST_F(Interrupt, LeavesTheTrainerUsable) {
  raise_at<event::BeforeBackward>(SIGINT);
  EXPECT_EQ(signal_that_interrupts([&] { fit(); }), SIGINT);
  recorder.events.clear();
  fit();
  EXPECT_EQ(recorder.count("train_batch_end"), 6);
  EXPECT_EQ(recorder.count("exception"), 0);
}

TEST_F(Interrupt, CanBeRaisedAnewAfterEachTask) {
  for (int i = 0; i < 3; ++i) {
    raise_at<event::BeforeBackward>(SIGINT);
    EXPECT_EQ(signal_that_interrupts([&] { fit(); }), SIGINT);
  }
}

TEST_F(Interrupt, OfErrorsOfHandlersIsNotReplaced) {
  trainer.on<event::KeyboardInterrupt>([](auto const&) { throw std::logic_error("broken"); });
  raise_at<event::BeforeBackward>(SIGINT);
  EXPECT_EQ(signal_that_interrupts([&] { fit(); }), SIGINT);
  EXPECT_EQ(recorder.count("exception"), 1);
  EXPECT_EQ(recorder.count("teardown"), 1);
}

TEST_F(Interrupt, IsHandledDuringATaskOnly) {
  for (int const signal : {SIGINT, SIGTERM}) {
    EXPECT_EQ(handler_of(signal), SIG_DFL);
    Handler during = SIG_DFL;
    trainer.on<event::TrainStart>(once(), [&](auto const&) { during = handler_of(signal); });
    fit();
    EXPECT_NE(during, SIG_DFL);
    EXPECT_EQ(handler_of(signal), SIG_DFL);
  }
  raise_at<event::BeforeBackward>(SIGTERM);
  EXPECT_EQ(signal_that_interrupts([&] { fit(); }), SIGTERM);
  EXPECT_EQ(handler_of(SIGTERM), SIG_DFL);
}

std::atomic<int> signals_seen = 0;
void count_signals(int) { ++signals_seen; }

TEST_F(Interrupt, LeavesAHandlerOfTheProgramAlone) {
  signals_seen = 0;
  std::signal(SIGINT, &count_signals);
  raise_at<event::BeforeBackward>(SIGINT);
  fit();
  EXPECT_EQ(signals_seen, 1);
  EXPECT_EQ(recorder.count("fit_end"), 1);
  EXPECT_EQ(handler_of(SIGINT), &count_signals);

  raise_at<event::BeforeBackward>(SIGTERM);
  EXPECT_EQ(signal_that_interrupts([&] { fit(); }), SIGTERM) << "that one is not the program's";
}

TEST_F(Interrupt, LeavesASignalAloneThatTheProgramIgnores) {
  std::signal(SIGINT, SIG_IGN);
  raise_at<event::BeforeBackward>(SIGINT);
  fit();
  EXPECT_EQ(recorder.count("fit_end"), 1);
  EXPECT_EQ(handler_of(SIGINT), SIG_IGN);
}

TEST_F(Interrupt, LeavesAHandlerAloneThatTheProgramInstallsDuringTheTask) {
  trainer.on<event::TrainStart>(once(), [](auto const&) { std::signal(SIGINT, &count_signals); });
  fit();
  EXPECT_EQ(handler_of(SIGINT), &count_signals);
  EXPECT_EQ(handler_of(SIGTERM), SIG_DFL);
}

TEST_F(Interrupt, IsNotHandledWhereTheOptionsSayNo) {
  Trainer other({.max_epochs = 1, .device = "cpu", .handle_signals = false});
  other.on<event::TrainStart>([](auto const&) { EXPECT_EQ(handler_of(SIGINT), SIG_DFL); });
  other.fit(net, batches(1));
}

TEST_F(Interrupt, DoesNotReachATrainerWithinThatHandlesNoSignals) {
  Trainer inner({.max_epochs = 1, .device = "cpu", .handle_signals = false});
  auto const& inner_events = inner.add(Recorder());
  trainer.on<event::TrainBatchStart>(once(), [&](auto const&) {
    std::raise(SIGINT);
    Net other;
    inner.fit(other, batches(2));
  });
  EXPECT_EQ(signal_that_interrupts([&] { fit(); }), SIGINT);
  EXPECT_EQ(inner_events.count("train_batch_end"), 2);
  EXPECT_EQ(recorder.count("train_batch_end"), 1);
}

TEST_F(Interrupt, EndsTrainersOfSeveralThreads) {
  std::atomic<int> running = 0;
  std::atomic<int> interrupted = 0;
  auto const train = [&] {
    Trainer endless({.max_epochs = -1, .device = "cpu"});
    endless.on<event::TrainBatchEnd>(once(), [&](auto const&) { ++running; });
    Net other;
    auto const signal = signal_that_interrupts([&] { endless.fit(other, batches(2)); });
    if (signal == SIGINT) ++interrupted;
  };
  std::thread first(train);
  std::thread second(train);
  while (running < 2) std::this_thread::yield();
  std::raise(SIGINT);
  first.join();
  second.join();
  EXPECT_EQ(interrupted, 2);
  EXPECT_EQ(handler_of(SIGINT), SIG_DFL);
}

using InterruptDeathTest = Interrupt;

TEST_F(InterruptDeathTest, BySecondSignalIsAtOnce) {
  trainer.on<event::TrainBatchStart>([](auto const&) {
    std::raise(SIGINT);
    std::fputs("first;", stderr);
    std::raise(SIGINT);
    std::fputs("second;", stderr);
  });
  EXPECT_EXIT(fit(), testing::KilledBySignal(SIGINT), "^first;$");
}

TEST_F(InterruptDeathTest, BySecondSignalOfTheOtherKindIsAtOnce) {
  raise_at<event::TrainBatchStart>(SIGINT);
  raise_at<event::KeyboardInterrupt>(SIGTERM);
  EXPECT_EXIT(fit(), testing::KilledBySignal(SIGTERM), "");
}

TEST_F(InterruptDeathTest, TooLateForTheTaskEndsTheProgramAfterIt) {
  raise_at<event::FitEnd>(SIGINT);
  trainer.on<event::Teardown>([](auto const&) { std::fputs("teardown;", stderr); }, Order::kLast);
  EXPECT_EXIT(
      {
        fit();
        std::fputs("after;", stderr);
      },
      testing::KilledBySignal(SIGINT), "^teardown;$");
}

TEST_F(InterruptDeathTest, IsTheProgramsEndWhereTheOptionsSayNo) {
  Trainer other({.max_epochs = 1, .device = "cpu", .handle_signals = false});
  other.on<event::TrainStart>([](auto const&) { std::raise(SIGTERM); });
  EXPECT_EXIT(other.fit(net, batches(1)), testing::KilledBySignal(SIGTERM), "");
}

TEST_F(InterruptDeathTest, OutsideOfTasksIsTheProgramsEnd) {
  fit();
  EXPECT_EXIT(std::raise(SIGINT), testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace sferic::test
