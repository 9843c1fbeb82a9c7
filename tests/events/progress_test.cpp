#include <sferic/events/progress.hpp>

#include <gtest/gtest.h>

namespace sferic::test {
namespace {

static_assert(name(Task::kFit) == "fit");
static_assert(name(Stage::kTrain) == "train");

TEST(Progress, TasksHaveNames) {
  EXPECT_EQ(name(Task::kFit), "fit");
  EXPECT_EQ(name(Task::kValidate), "validate");
  EXPECT_EQ(name(Task::kTest), "test");
  EXPECT_EQ(name(Task::kPredict), "predict");
}

TEST(Progress, StagesHaveNames) {
  EXPECT_EQ(name(Stage::kSanityCheck), "sanity check");
  EXPECT_EQ(name(Stage::kTrain), "train");
  EXPECT_EQ(name(Stage::kValidation), "validation");
  EXPECT_EQ(name(Stage::kTest), "test");
  EXPECT_EQ(name(Stage::kPredict), "predict");
}

TEST(Progress, BeginsAtZeroWithoutKnownLimits) {
  Progress const progress;
  EXPECT_EQ(progress.epoch, 0);
  EXPECT_EQ(progress.batch, 0);
  EXPECT_EQ(progress.optimizer_steps, 0);
  EXPECT_FALSE(progress.batches.has_value());
  EXPECT_FALSE(progress.max_epochs.has_value());
}

}  // namespace
}  // namespace sferic::test
