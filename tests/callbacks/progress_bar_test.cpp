#include <sferic/callbacks/progress_bar.hpp>

#include <sferic/bus/callback.hpp>

#include <limits>
#include <memory>
#include <stdexcept>
#include <string>

#include "callbacks/progress_bar_support.hpp"
#include "callbacks/terminal.hpp"

namespace sferic::test {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

TEST_F(ProgressBarTest, ShowsTheEpochFromItsStartAndAfterEachBatch) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  start(bar, Stage::kTrain, 4);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |-------------| 0/4 [00:00]"});
  train(bar, 0);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |###----------| 1/4 [00:00<00:01, 2.00 it/s]"});
  train(bar, 1);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |######-------| 2/4 [00:01<00:01, 2.00 it/s]"});
}

TEST_F(ProgressBarTest, LeavesALineOfEachEpoch) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  run_epoch(bar, 0);
  run_epoch(bar, 1);
  emit<event::Teardown>(bar);
  EXPECT_EQ(terminal.lines(), (Lines{"Epoch 1/2: |#############| 4/4 [00:02, 2.00 it/s]",
                                     "Epoch 2/2: |#############| 4/4 [00:02, 2.00 it/s]"}));
}

TEST_F(ProgressBarTest, LeavesNothingIfNothingIsToBeLeft) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file(), {.refresh_seconds = 0, .leave = false});
  run_epoch(bar, 0);
  EXPECT_EQ(terminal.lines(), Lines{});
  run_epoch(bar, 1);
  emit<event::Teardown>(bar);
  EXPECT_EQ(terminal.lines(), Lines{});
}

TEST_F(ProgressBarTest, ShowsBlocksWhereTheLocaleIsUtf8) {
  setenv("LC_ALL", "de_DE.UTF-8", 1);
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  start(bar, Stage::kTrain, 4);
  train(bar, 0);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |███▎         | 1/4 [00:00<00:01, 2.00 it/s]"});
}

TEST_F(ProgressBarTest, DoesNotKnowTheEndOfWhatHasNone) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  progress_.max_epochs = std::nullopt;
  start(bar, Stage::kTrain, std::nullopt);
  train(bar, 0);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1: 1 [00:00, 2.00 it/s]"});
}

TEST_F(ProgressBarTest, BeginsWhereAResumedEpochBegins) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  progress_.batch = 2;
  std::int64_t accumulate_grad_batches = 1;
  emit<event::TrainEpochStart>(bar, accumulate_grad_batches);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |######-------| 2/4 [00:00]"});
  train(bar, 2);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |#########----| 3/4 [00:00<00:00, 2.00 it/s]"});
}

TEST_F(ProgressBarTest, CountsForTheSpeedWhatItSawOfAnEpochThatAFitGoesOnWith) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  train(bar, 2);  // without an event of the epoch's start
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |#########----| 3/4 [00:00<00:00, 2.00 it/s]"});
  train(bar, 3);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |#############| 4/4 [00:01<00:00, 2.00 it/s]"});
}

TEST_F(ProgressBarTest, LeavesALineOfAnEpochThatAFitGoesOnWithAfterItsLastBatch) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  progress_.stage = Stage::kValidation;
  validate(bar, 1);
  emit<event::ValidationEnd>(bar);
  log("val_loss", 0.5);
  progress_.stage = Stage::kTrain;
  progress_.batch = 3;
  emit<event::TrainEpochEnd>(bar);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |#############| 4/4 [00:00] val_loss=0.5"});
}

TEST_F(ProgressBarTest, RedrawsNoSoonerThanItsTime) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file(), {.refresh_seconds = 1.2});
  start(bar, Stage::kTrain, 4);
  auto const at_start = terminal.lines();
  train(bar, 0);
  train(bar, 1);
  EXPECT_EQ(terminal.lines(), at_start);
  train(bar, 2);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |#########----| 3/4 [00:01<00:00, 2.00 it/s]"});
}

TEST_F(ProgressBarTest, AlwaysDrawsTheLastStateOfAnEpoch) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file(), {.refresh_seconds = kNever});
  run_epoch(bar, 0);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |#############| 4/4 [00:02, 2.00 it/s]"});
}

TEST_F(ProgressBarTest, ShowsTheValuesOfTheMomentInTheOrderOfTheirFirstLogging) {
  Terminal terminal(100);
  auto bar = make_bar(terminal.file());
  start(bar, Stage::kTrain, std::nullopt);
  log("loss", 0.5);
  log("accuracy", 0.75);
  metrics_.log("hidden", 1.0);
  train(bar, 0);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: 1 [00:00, 2.00 it/s] loss=0.5 accuracy=0.75"});
  log("late", 3);
  emit<event::TrainEpochEnd>(bar);
  EXPECT_EQ(terminal.lines(),
            Lines{"Epoch 1/2: 1 [00:00, 2.00 it/s] loss=0.5 accuracy=0.75 late=3"});
}

TEST_F(ProgressBarTest, ReadsValuesOnlyWhenItDraws) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file(), {.refresh_seconds = 0.8});
  start(bar, Stage::kTrain, 4);
  log_unreadable();
  EXPECT_NO_THROW(train(bar, 0));
  EXPECT_ANY_THROW(train(bar, 1));
}

TEST_F(ProgressBarTest, FitsIntoATerminalThatGetsNarrowerAndWiderAgain) {
  Terminal terminal(100);
  auto bar = make_bar(terminal.file());
  start(bar, Stage::kTrain, 4);
  log("loss", 0.5);
  train(bar, 0);
  EXPECT_EQ(terminal.lines(),
            Lines{"Epoch 1/2: |####------------| 1/4 [00:00<00:01, 2.00 it/s] loss=0.5"});
  terminal.resize(51);
  train(bar, 1);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |####----| 2/4 [00:01<00:01, 2.00 it/s]"});
  terminal.resize(20);
  train(bar, 2);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: 3/4"});
  terminal.resize(80);
  train(bar, 3);
  EXPECT_EQ(terminal.lines(),
            Lines{"Epoch 1/2: |#############| 4/4 [00:02<00:00, 2.00 it/s] loss=0.5"});
}

TEST_F(ProgressBarTest, NeverWrapsNorUsesTheLastColumn) {
  for (unsigned short columns = 1; columns < 100; ++columns) {
    Terminal terminal(columns);
    auto bar = make_bar(terminal.file());
    log("loss", 0.5);
    log("accuracy", 0.75);
    run_epoch(bar, 0);
    for (auto const& line : terminal.lines()) EXPECT_LT(line.size(), columns);
  }
}

TEST_F(ProgressBarTest, CutsNoWideLetterInTwoNorWrapsWithOneInATerminalOfAnyWidth) {
  Terminal terminal(60);
  auto bar = make_bar(terminal.file());
  progress_.batches = std::nullopt;
  log("損失", 0.5);
  log("größe", 2);
  train(bar, 0);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: 1 [00:00, 2.00 it/s] 損失=0.5 größe=2"});
  for (unsigned short columns = 60; columns > 1; --columns) {
    terminal.resize(columns);
    emit<event::TrainBatchEnd>(bar, BatchRef(net_), tensor_);
    auto const lines = terminal.lines();
    if (lines.empty()) continue;
    EXPECT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].find("損失=0.5") != std::string::npos, columns > 40) << columns;
    EXPECT_EQ(lines[0].find("größe=2") != std::string::npos, columns > 48) << columns;
  }
}

TEST_F(ProgressBarTest, ShowsAValidationInPlaceOfTheEpochWhichThenComesBack) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  start(bar, Stage::kTrain, 4);
  train(bar, 0);
  start(bar, Stage::kValidation, 3);
  EXPECT_EQ(terminal.lines(), Lines{"Validation: |-------------| 0/3 [00:00]"});
  validate(bar, 0);
  EXPECT_EQ(terminal.lines(), Lines{"Validation: |####---------| 1/3 [00:00<00:01, 2.00 it/s]"});
  log("val_loss", 0.5);
  emit<event::ValidationEnd>(bar);
  Lines const before = terminal.lines();
  EXPECT_EQ(before, Lines{"Epoch 1/2: |###----------| 1/4 [00:00<00:01, 2.00 it/s] val_loss=0.5"});
  progress_.batches = 4;
  train(bar, 1);
  EXPECT_EQ(terminal.lines(),
            Lines{"Epoch 1/2: |######-------| 2/4 [00:01<00:01, 2.00 it/s] val_loss=0.5"});
}

TEST_F(ProgressBarTest, NumbersTheLoadersOfAnEvaluationAfterTheFirst) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  start(bar, Stage::kTrain, 4);
  start(bar, Stage::kValidation, 1);
  validate(bar, 0);
  progress_.loader = 1;
  progress_.batches = 2;
  validate(bar, 0);
  EXPECT_EQ(terminal.lines(),
            Lines{"Validation (loader 2): |######-------| 1/2 [00:00<00:00, 2.00 it/s]"});
  emit<event::ValidationEnd>(bar);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |-------------| 0/4 [00:00]"});
}

TEST_F(ProgressBarTest, RemovesTheLineOfTheSanityCheck) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  start(bar, Stage::kSanityCheck, 2);
  validate(bar, 0);
  EXPECT_EQ(terminal.lines(), Lines{"Sanity check: |######-------| 1/2 [00:00<00:00, 2.00 it/s]"});
  emit<event::ValidationEnd>(bar);
  EXPECT_EQ(terminal.lines(), Lines{});
}

TEST_F(ProgressBarTest, LeavesALineOfEachLoaderOfATest) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  progress_.task = Task::kTest;
  start(bar, Stage::kTest, 1);
  test(bar, 0);
  progress_.loader = 1;
  test(bar, 0);
  log("test_loss", 0.25);
  emit<event::TestEnd>(bar);
  EXPECT_EQ(terminal.lines(),
            (Lines{"Test: |#############| 1/1 [00:00, 2.00 it/s]",
                   "Test (loader 2): |#############| 1/1 [00:00, 2.00 it/s] test_loss=0.25"}));
}

TEST_F(ProgressBarTest, LeavesTheLineOfAValidationByItself) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  progress_.task = Task::kValidate;
  start(bar, Stage::kValidation, 1);
  validate(bar, 0);
  emit<event::ValidationEnd>(bar);
  EXPECT_EQ(terminal.lines(), Lines{"Validation: |#############| 1/1 [00:00, 2.00 it/s]"});
}

TEST_F(ProgressBarTest, LeavesALineOfEachLoaderOfAPrediction) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  progress_.task = Task::kPredict;
  start(bar, Stage::kPredict, std::nullopt);
  predict(bar, 0);
  predict(bar, 1);
  EXPECT_EQ(terminal.lines(), Lines{"Predict: 2 [00:01, 2.00 it/s]"});
  progress_.loader = 1;
  progress_.batches = 1;
  predict(bar, 0);
  emit<event::PredictEnd>(bar);
  EXPECT_EQ(terminal.lines(),
            (Lines{"Predict: 2 [00:01, 2.00 it/s]",
                   "Predict (loader 2): |#############| 1/1 [00:00, 2.00 it/s]"}));
}

TEST_F(ProgressBarTest, EndsTheLineOfAnEpochThatFails) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file(), {.refresh_seconds = kNever});
  start(bar, Stage::kTrain, 4);
  train(bar, 0);
  fail(bar);
  std::fputs("what(): an error\n", terminal.file());
  EXPECT_EQ(terminal.lines(),
            (Lines{"Epoch 1/2: |###----------| 1/4 [00:00<00:01, 2.00 it/s]", "what(): an error"}));
}

TEST_F(ProgressBarTest, EndsTheLineOfAValidationThatFails) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file(), {.refresh_seconds = 0, .leave = false});
  start(bar, Stage::kTrain, 4);
  start(bar, Stage::kValidation, 2);
  validate(bar, 0);
  fail(bar);
  EXPECT_EQ(terminal.lines(), Lines{"Validation: |######-------| 1/2 [00:00<00:00, 2.00 it/s]"});
  run_epoch(bar, 0);
  EXPECT_EQ(terminal.lines().size(), 1u);
}

TEST_F(ProgressBarTest, ReadsNoValuesAfterAnError) {
  Terminal terminal(80);
  auto bar = make_bar(terminal.file());
  start(bar, Stage::kTrain, 4);
  log_unreadable();
  EXPECT_NO_THROW(fail(bar));
}

TEST_F(ProgressBarTest, CanBeMovedIntoATrainerBeforeTheTraining) {
  Terminal terminal(80);
  auto const owned = std::make_shared<ProgressBar>(make_bar(terminal.file()));
  run_epoch(*owned, 0);
  EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: |#############| 4/4 [00:02, 2.00 it/s]"});
}

TEST_F(ProgressBarTest, IgnoresAStreamThatTakesNothing) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> const full(std::fopen("/dev/full", "w"),
                                                             &std::fclose);
  ASSERT_TRUE(full);
  auto bar = make_bar(full.get());
  EXPECT_NO_THROW(run_epoch(bar, 0));
}

TEST(ProgressBarOptions, AreCheckedByName) {
  auto const error_of = [](ProgressBarOptions options) -> std::string {
    try {
      ProgressBar const bar(options);
    } catch (std::invalid_argument const& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(error_of({}), "none");
  EXPECT_EQ(error_of({.refresh_seconds = 0, .plain_seconds = kNever}), "none");
  EXPECT_EQ(error_of({.refresh_seconds = -1}), "refresh_seconds must be >= 0, but got -1");
  EXPECT_EQ(error_of({.refresh_seconds = std::numeric_limits<double>::quiet_NaN()}),
            "refresh_seconds must be >= 0, but got nan");
  EXPECT_EQ(error_of({.plain_seconds = -0.5}), "plain_seconds must be >= 0, but got -0.5");
  EXPECT_EQ(error_of({.file = nullptr}), "file must be an open stream, but got null");
  EXPECT_EQ(error_of({.clock = nullptr}), "clock must be a function, but got null");
}

template <class... Events>
constexpr int heard(event::EventList<Events...>) {
  return (HandlerOf<ProgressBar, Events> + ...);
}

TEST(ProgressBar, HearsItsEventsAfterAllOthers) {
  EXPECT_EQ(heard(event::Catalogue()), 19);
  EXPECT_EQ(detail::order_of<ProgressBar>(), Order::kLast);
}

}  // namespace
}  // namespace sferic::test
