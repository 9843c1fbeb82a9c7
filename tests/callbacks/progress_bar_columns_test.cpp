#include <sferic/callbacks/progress_bar.hpp>

#include <stdexcept>
#include <string>

#include "callbacks/progress_bar_support.hpp"
#include "callbacks/terminal.hpp"

namespace sferic::test {
namespace {

/// What handlers and users add to a bar: columns of their own, and lines above it.
class ProgressBarColumnsTest : public ProgressBarTest {
 protected:
  ProgressBar make_bar_with(ProgressBarColumn column) {
    return make_bar(terminal_.file(), {.refresh_seconds = 0, .columns = {std::move(column)}});
  }

  Terminal terminal_{100};
};

TEST_F(ProgressBarColumnsTest, TellOfTheSpeed) {
  auto bar = make_bar_with([](auto const& state) {
    return std::to_string(static_cast<int>(32 * state.batches_per_second)) + " samples/s";
  });
  start(bar, Stage::kTrain, std::nullopt);
  EXPECT_EQ(terminal_.lines(), Lines{"Epoch 1/2: 0 [00:00] 0 samples/s"});
  train(bar, 0);
  EXPECT_EQ(terminal_.lines(), Lines{"Epoch 1/2: 1 [00:00, 2.00 it/s] 64 samples/s"});
}

TEST_F(ProgressBarColumnsTest, TellOfLoggedValuesBeforeThoseOfTheBar) {
  auto bar = make_bar_with([](auto const& state) {
    return "lr " + std::to_string(state.metrics.get("lr-SGD").value_or(0));
  });
  metrics_.log("lr-SGD", 3e-4);
  log("loss", 0.5);
  train(bar, 0);
  EXPECT_EQ(
      terminal_.lines(),
      Lines{"Epoch 1/2: |####------------| 1/4 [00:00<00:01, 2.00 it/s] lr 0.000300 loss=0.5"});
}

TEST_F(ProgressBarColumnsTest, TellOfEachStageUnlessTheyAreEmpty) {
  auto bar = make_bar_with([](auto const& state) {
    bool const trains = state.progress.stage == Stage::kTrain;
    return trains ? "step " + std::to_string(state.progress.batch) : std::string();
  });
  progress_.batches = std::nullopt;
  train(bar, 3);
  EXPECT_EQ(terminal_.lines(), Lines{"Epoch 1/2: 4 [00:00, 2.00 it/s] step 3"});
  start(bar, Stage::kValidation, std::nullopt);
  validate(bar, 0);
  EXPECT_EQ(terminal_.lines(), Lines{"Validation: 1 [00:00, 2.00 it/s]"});
}

TEST_F(ProgressBarColumnsTest, AreMadeOnlyWhenALineIsDrawn) {
  int made = 0;
  auto bar = make_bar(
      terminal_.file(),
      {.refresh_seconds = 1.2, .columns = {[&](auto const&) { return std::to_string(++made); }}});
  run_epoch(bar, 0);
  EXPECT_EQ(made, 3) << "at the start, after the third batch, and at the end";
}

TEST_F(ProgressBarColumnsTest, AreWrittenInPlainLinesToo) {
  std::FILE* const file = std::tmpfile();
  auto bar = make_bar(file, {.columns = {[](auto const&) { return "GPU 40 °C"; }}});
  emit<event::Setup>(bar);
  run_epoch(bar, 0);
  std::rewind(file);
  char text[100] = {};
  EXPECT_GT(std::fread(text, 1, sizeof text - 1, file), 0u);
  std::fclose(file);
  EXPECT_STREQ(text, "Epoch 1/2: 4/4 [00:02, 2.00 it/s] GPU 40 °C\n");
}

TEST_F(ProgressBarColumnsTest, StayAsTheyWereWhenAnErrorEndsTheLine) {
  bool has_failed = false;
  auto bar = make_bar_with([&](auto const&) -> std::string {
    if (has_failed) throw std::runtime_error("the device is lost");
    return "40 °C";
  });
  train(bar, 0);
  has_failed = true;
  EXPECT_THROW(train(bar, 1), std::runtime_error);
  EXPECT_NO_THROW(fail(bar));
  EXPECT_EQ(terminal_.lines(),
            Lines{"Epoch 1/2: |########--------| 2/4 [00:01<00:01, 2.00 it/s] 40 °C"});
}

TEST_F(ProgressBarColumnsTest, MustBeFunctions) {
  EXPECT_THROW(
      {
        try {
          make_bar_with(nullptr);
        } catch (std::invalid_argument const& error) {
          EXPECT_STREQ(error.what(), "columns must be functions, but got none at 0");
          throw;
        }
      },
      std::invalid_argument);
}

using ProgressBarPrintTest = ProgressBarColumnsTest;

TEST_F(ProgressBarPrintTest, PutsALineAboveTheBar) {
  auto bar = make_bar(terminal_.file());
  bar.print("before");
  train(bar, 0);
  bar.print(
      "a line\nand one more, which is longer than the bar is, so that nothing of it may stay");
  Lines const expected = {
      "before", "a line",
      "and one more, which is longer than the bar is, so that nothing of it may stay",
      "Epoch 1/2: |####------------| 1/4 [00:00<00:01, 2.00 it/s]"};
  EXPECT_EQ(terminal_.lines(), expected);
}

TEST_F(ProgressBarPrintTest, LeavesTheBarOfTheValidationThatRuns) {
  auto bar = make_bar(terminal_.file());
  train(bar, 0);
  start(bar, Stage::kValidation, std::nullopt);
  validate(bar, 0);
  bar.print("a line");
  EXPECT_EQ(terminal_.lines(), (Lines{"a line", "Validation: 1 [00:00, 2.00 it/s]"}));
}

TEST_F(ProgressBarPrintTest, ShowsTheBarAgainInTheWidthOfThisMoment) {
  auto bar = make_bar(terminal_.file());
  train(bar, 0);
  terminal_.resize(20);
  bar.print("a line");
  EXPECT_EQ(terminal_.lines(), (Lines{"a line", "Epoch 1/2: 1/4"}));
}

TEST_F(ProgressBarPrintTest, BringsNoBarBackAfterItsEnd) {
  auto bar = make_bar(terminal_.file(), {.refresh_seconds = 0, .leave = false});
  run_epoch(bar, 0);
  bar.print("between");
  run_epoch(bar, 1);
  emit<event::Teardown>(bar);
  bar.print("after");
  EXPECT_EQ(terminal_.lines(), (Lines{"between", "after"}));
}

TEST_F(ProgressBarPrintTest, WritesToAnotherStreamWhereThatIsWished) {
  Terminal other(80);
  auto bar = make_bar(terminal_.file());
  train(bar, 0);
  bar.print("a line", other.file());
  EXPECT_EQ(other.lines(), Lines{"a line"});
  EXPECT_EQ(terminal_.lines(), Lines{"Epoch 1/2: |####------------| 1/4 [00:00<00:01, 2.00 it/s]"});
}

}  // namespace
}  // namespace sferic::test
