#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// Not a std::exception, and told from others by its address in memory.
struct Broken {
  int number;
};

class Errors : public testing::Test {
 protected:
  Errors() {
    trainer.on<event::Exception>([this](auto const& e) {
      what = e.what;
      ++exceptions;
      EXPECT_TRUE(e.error);
    });
    trainer.on<event::Teardown>([this](auto const&) { ++teardowns; });
  }

  void fit() { trainer.fit(net, train, train); }

  template <class Event>
  void throw_at() {
    trainer.on<Event>(once(), [](auto const&) { throw Broken{42}; });
  }

  void expect_broken_fit() {
    exceptions = teardowns = 0;
    try {
      fit();
      ADD_FAILURE() << "nothing was thrown";
    } catch (Broken const& error) {
      EXPECT_EQ(error.number, 42);
    }
    EXPECT_EQ(exceptions, 1);
    EXPECT_EQ(teardowns, 1);
    fit();  // the trainer can be used again
    EXPECT_EQ(exceptions, 1);
    EXPECT_EQ(teardowns, 2);
  }

  Trainer trainer{{.max_epochs = 1, .device = "cpu"}};
  Recorder& recorder = trainer.add(Recorder());
  Net net;
  std::vector<Batch> train = batches(2);
  std::string what;
  int exceptions = 0;
  int teardowns = 0;
};

TEST_F(Errors, OfTheTrainingStepLeaveFitAsTheyWere) {
  bool thrown = false;
  net.while_training = [&](Step&) {
    if (!std::exchange(thrown, true)) throw Broken{42};
  };
  expect_broken_fit();
}

TEST_F(Errors, OfTheValidationStepLeaveFitAsTheyWere) {
  bool thrown = false;
  net.while_validating = [&](Step&) {
    if (!std::exchange(thrown, true)) throw Broken{42};
  };
  expect_broken_fit();
}

TEST_F(Errors, OfHandlersLeaveFitAsTheyWere) {
  throw_at<event::Setup>();
  expect_broken_fit();
  throw_at<event::FitStart>();
  expect_broken_fit();
  throw_at<event::SanityCheckEnd>();
  expect_broken_fit();
  throw_at<event::BeforeBackward>();
  expect_broken_fit();
  throw_at<event::ValidationEnd>();
  expect_broken_fit();
  throw_at<event::EpochEnd>();
  expect_broken_fit();
  throw_at<event::FitEnd>();
  expect_broken_fit();
}

TEST_F(Errors, EndTheEventsAtOnce) {
  trainer.on<event::BeforeBackward>([](auto const&) { throw std::runtime_error("broken"); });
  trainer.on<event::Exception>([](auto const& e) {
    EXPECT_EQ(e.progress.stage, Stage::kTrain);
    EXPECT_EQ(e.progress.batch, 0);
  });
  EXPECT_THROW(trainer.fit(net, train), std::runtime_error);
  EXPECT_EQ(recorder.events,
            lines(kFitBegin + "train_start " + kEpochBegin +
                  "batch_start train_batch_start before_zero_grad before_backward exception "
                  "teardown"));
  EXPECT_EQ(what, "broken");
}

TEST_F(Errors, OfAnEvaluationAreToldWithItsStage) {
  trainer.on<event::TestBatchStart>([](auto const&) { throw std::runtime_error("broken"); });
  trainer.on<event::Exception>([](auto const& e) { EXPECT_EQ(e.progress.stage, Stage::kTest); });
  EXPECT_THROW(trainer.test(net, train), std::runtime_error);
  EXPECT_EQ(exceptions, 1);
}

TEST_F(Errors, OfOneHandlerOfExceptionKeepItFromNobodyAndDoNotReplaceTheFirst) {
  int late = 0;
  trainer.on<event::Exception>([](auto const&) { throw std::logic_error("second"); },
                               Order::kEarly);
  trainer.on<event::Exception>([&](auto const&) { ++late; }, Order::kLast);
  throw_at<event::TrainStart>();
  expect_broken_fit();
  EXPECT_EQ(late, 1);
}

TEST_F(Errors, OfTeardownDoNotReplaceTheFirst) {
  trainer.on<event::Teardown>(once(), [](auto const&) { throw std::logic_error("second"); },
                              Order::kEarly);
  throw_at<event::TrainStart>();
  expect_broken_fit();
}

TEST_F(Errors, OfTeardownAloneLeaveFitAfterEveryHandlerWasCalled) {
  trainer.on<event::Teardown>(once(), [](auto const&) { throw Broken{1}; }, Order::kEarly);
  trainer.on<event::Teardown>(once(), [](auto const&) { throw Broken{2}; }, Order::kEarly);
  try {
    fit();
    ADD_FAILURE() << "nothing was thrown";
  } catch (Broken const& error) {
    EXPECT_EQ(error.number, 1);
  }
  EXPECT_EQ(teardowns, 1);
  EXPECT_EQ(exceptions, 0);
  fit();
}

TEST_F(Errors, LeaveValidateAndTestAsWell) {
  throw_at<event::ValidationStart>();
  EXPECT_THROW(trainer.validate(net, train), Broken);
  throw_at<event::TestEpochEnd>();
  EXPECT_THROW(trainer.test(net, train), Broken);
  EXPECT_EQ(exceptions, 2);
  EXPECT_EQ(teardowns, 2);
}

}  // namespace
}  // namespace sferic::test
