#include <sferic/profile/detail/phases.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sferic::detail {
namespace {

using std::chrono::microseconds;

/// Emissions that take 1 us each, after so many us of something else.
class PhasesTest : public testing::Test {
 protected:
  void emit(int after, std::string_view event) {
    now_ += microseconds(after);
    phases_->emission_begins(role_of(event), now_);
    now_ += microseconds(1);
    phases_->emission_ends(role_of(event), now_);
  }
  void emit(std::vector<std::pair<int, std::string_view>> const& events) {
    for (auto const& [after, event] : events) emit(after, event);
  }

  /// In microseconds.
  static double total(DurationCounts const& counts) {
    DurationSum sum;
    sum.add(counts);
    return 1e6 * sum.durations().total;
  }
  double total(Phase phase) const { return total(phases_->of(phase)); }

  std::unique_ptr<Phases> phases_ = std::make_unique<Phases>();
  EmissionObserver::Time now_ = EmissionObserver::Time(microseconds(1000));
};

TEST_F(PhasesTest, AStepHasItsPhasesAndIsTheirSumWithItsEmissions) {
  emit({{0, "train_epoch_start"},
        {10, "batch_start"},
        {1, "train_batch_start"},
        {20, "before_zero_grad"},
        {2, "before_backward"},
        {40, "after_backward"},
        {3, "before_optimizer_step"},
        {30, "after_optimizer_step"},
        {4, "train_batch_end"},
        {5, "batch_end"}});
  EXPECT_DOUBLE_EQ(total(Phase::kData), 10);
  EXPECT_DOUBLE_EQ(total(Phase::kForward), 20);
  EXPECT_DOUBLE_EQ(total(Phase::kZeroGrad), 2);
  EXPECT_DOUBLE_EQ(total(Phase::kBackward), 40);
  EXPECT_DOUBLE_EQ(total(Phase::kOptimizerStep), 30);
  EXPECT_DOUBLE_EQ(total(Phase::kLoop), 1 + 3 + 4 + 5);
  EXPECT_DOUBLE_EQ(total(phases_->steps()), 10 + 20 + 2 + 40 + 30 + 13 + /*emissions*/ 9);
}

TEST_F(PhasesTest, EventsThatTellOfAStepInterruptNoPhase) {
  emit({{0, "train_epoch_start"},
        {10, "batch_start"},
        {0, "train_batch_start"},
        {7, "metrics_logged"},
        {8, "my_own_event"},
        {9, "before_backward"},
        {40, "after_backward"},
        {0, "train_batch_end"},
        {0, "batch_end"},
        {5, "metrics_logged"},
        {6, "batch_start"}});
  EXPECT_DOUBLE_EQ(total(Phase::kForward), 7 + 8 + 9);
  EXPECT_DOUBLE_EQ(total(Phase::kData), 10 + 5 + 6);
}

TEST_F(PhasesTest, AValidationBetweenStepsBelongsToNone) {
  emit({{0, "train_epoch_start"},
        {10, "batch_start"},
        {0, "train_batch_start"},
        {5, "train_batch_end"},
        {0, "batch_end"},
        {2, "validation_start"},
        {1, "epoch_start"},
        {1, "validation_epoch_start"},
        {3, "validation_batch_start"},
        {20, "validation_batch_end"},
        {4, "validation_batch_start"},
        {30, "validation_batch_end"},
        {1, "validation_epoch_end"},
        {1, "validation_end"},
        {10, "batch_start"}});
  EXPECT_DOUBLE_EQ(total(Phase::kValidationData), 7);
  EXPECT_DOUBLE_EQ(total(Phase::kValidationStep), 50);
  EXPECT_DOUBLE_EQ(total(Phase::kValidation), 1 + 1 + 7 + 50 + 1 + 1 + /*emissions*/ 9);
  EXPECT_DOUBLE_EQ(total(Phase::kData), 20);
  EXPECT_DOUBLE_EQ(total(phases_->steps()), 10 + 5 + /*emissions*/ 4);
}

TEST_F(PhasesTest, ACheckpointIsNoWaitForData) {
  emit({{0, "train_epoch_start"},
        {10, "batch_start"},
        {0, "train_batch_start"},
        {0, "train_batch_end"},
        {0, "batch_end"},
        {1, "save_checkpoint"},
        {500, "checkpoint_saved"},
        {10, "batch_start"},
        {0, "train_batch_start"},
        {0, "train_batch_end"},
        {0, "batch_end"},
        {1, "save_checkpoint"},  // another thread writes it
        {70, "batch_start"}});
  EXPECT_DOUBLE_EQ(total(Phase::kCheckpoint), 570);
  EXPECT_DOUBLE_EQ(total(Phase::kData), 20);
}

TEST_F(PhasesTest, ABatchThatIsLeftOutIsAStepOfItsOwn) {
  emit({{0, "train_epoch_start"},
        {10, "batch_start"},
        {0, "train_batch_start"},
        {10, "batch_start"},
        {0, "train_batch_start"},
        {5, "train_batch_end"},
        {0, "batch_end"}});
  DurationSum steps;
  steps.add(phases_->steps());
  EXPECT_EQ(steps.durations().count, 2);
  EXPECT_DOUBLE_EQ(total(phases_->steps()), (10 + 2) + (10 + 1 + 1 + 5 + 1 + 1));
}

TEST_F(PhasesTest, TestsAndPredictionsHaveTheirOwn) {
  emit({{0, "test_epoch_start"},
        {3, "test_batch_start"},
        {20, "test_batch_end"},
        {0, "test_epoch_end"},
        {0, "predict_epoch_start"},
        {4, "predict_batch_start"},
        {30, "predict_batch_end"}});
  EXPECT_DOUBLE_EQ(total(Phase::kTestData), 3);
  EXPECT_DOUBLE_EQ(total(Phase::kTestStep), 20);
  EXPECT_DOUBLE_EQ(total(Phase::kPredictData), 4);
  EXPECT_DOUBLE_EQ(total(Phase::kPredictStep), 30);
}

TEST_F(PhasesTest, EveryPhaseHasAName) {
  for (std::size_t i = 0; i < kPhases; ++i) EXPECT_FALSE(name(static_cast<Phase>(i)).empty());
  EXPECT_EQ(name(Phase::kOptimizerStep), "optimizer_step");
  EXPECT_EQ(name(Phase::kCheckpoint), "checkpoint");
  EXPECT_EQ(name(Phase::kOther), "other");
}

}  // namespace
}  // namespace sferic::detail
