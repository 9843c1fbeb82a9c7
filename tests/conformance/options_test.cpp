#include "conformance/options.hpp"

#include <gtest/gtest.h>

namespace sferic::conformance {

namespace {

TrainerOptions options_of(char const* json) {
  TrainerOptions options;
  read(Json::parse(json), "trainer", options);
  return options;
}

TEST(RecordedOptions, EveryOptionIsRead) {
  auto const options = options_of(R"({
    "max_epochs": 1, "min_epochs": 2, "max_steps": 3, "min_steps": 4, "max_time": {"seconds": 5},
    "limit_train_batches": 6, "limit_val_batches": 7, "limit_test_batches": 8,
    "limit_predict_batches": 9, "val_check_interval": 10, "check_val_every_n_epoch": 11,
    "num_sanity_val_steps": 12, "accumulate_grad_batches": 13, "gradient_clip_val": 14,
    "gradient_clip_algorithm": "value", "overfit_batches": 15, "fast_dev_run": 16,
    "log_every_n_steps": 17})");
  EXPECT_EQ(options.max_epochs, 1);
  EXPECT_EQ(options.min_epochs, 2);
  EXPECT_EQ(options.max_steps, 3);
  EXPECT_EQ(options.min_steps, 4);
  EXPECT_EQ(options.max_time, std::chrono::seconds(5));
  EXPECT_EQ(options.limit_train_batches.value(), 6);
  EXPECT_EQ(options.limit_val_batches.value(), 7);
  EXPECT_EQ(options.limit_test_batches.value(), 8);
  EXPECT_EQ(options.limit_predict_batches.value(), 9);
  EXPECT_EQ(options.val_check_interval.value(), 10);
  EXPECT_EQ(options.check_val_every_n_epoch, 11);
  EXPECT_EQ(options.num_sanity_val_steps, 12);
  EXPECT_EQ(options.accumulate_grad_batches, 13);
  EXPECT_EQ(options.gradient_clip_val, 14);
  EXPECT_EQ(options.gradient_clip_algorithm, GradientClipAlgorithm::kValue);
  EXPECT_EQ(options.overfit_batches.value(), 15);
  EXPECT_EQ(options.fast_dev_run, 16);
  EXPECT_EQ(options.log_every_n_steps, 17);
}

TEST(RecordedOptions, NullIsTheDefault) {
  auto const options = options_of(R"({
    "max_epochs": null, "max_time": null, "limit_train_batches": null, "num_sanity_val_steps": null,
    "min_steps": null, "gradient_clip_algorithm": null, "fast_dev_run": null})");
  EXPECT_FALSE(options.max_epochs);
  EXPECT_FALSE(options.min_epochs);
  EXPECT_FALSE(options.max_time);
  EXPECT_TRUE(options.limit_train_batches.is_share());
  EXPECT_EQ(options.num_sanity_val_steps, 2);
  EXPECT_EQ(options.fast_dev_run, 0);
}

TEST(RecordedOptions, NullForCheckValEveryNEpochGoesOnAcrossEpochs) {
  EXPECT_EQ(options_of("{}").check_val_every_n_epoch, 1);
  EXPECT_FALSE(options_of(R"({"check_val_every_n_epoch": null})").check_val_every_n_epoch);
}

TEST(RecordedOptions, MaxTimeIsAClockOrATimedelta) {
  auto const of_clock = options_of(R"({"max_time": "01:02:03:04"})");
  EXPECT_EQ(of_clock.max_time, std::chrono::seconds(((24 + 2) * 60 + 3) * 60 + 4));
  auto const of_timedelta = options_of(R"({"max_time": {"days": 1, "minutes": 0.5}})");
  EXPECT_EQ(of_timedelta.max_time, std::chrono::seconds(24 * 3600 + 30));
  EXPECT_THROW(options_of(R"({"max_time": "01:02:03"})"), NotUnderstood);
  EXPECT_THROW(options_of(R"({"max_time": "01:02:03:04s"})"), NotUnderstood);
  EXPECT_THROW(options_of(R"({"max_time": {"years": 1}})"), NotUnderstood);
}

TEST(RecordedOptions, AGivenMinStepsAsksForOneEpochWhateverItIs) {
  EXPECT_FALSE(options_of("{}").min_epochs);
  EXPECT_EQ(options_of(R"({"min_steps": 0})").min_epochs, 1);
  EXPECT_EQ(options_of(R"({"min_steps": -1})").min_steps, 0);
  EXPECT_EQ(options_of(R"({"min_steps": 5, "min_epochs": 0})").min_epochs, 0);
}

TEST(RecordedOptions, ATrueFastDevRunIsOneBatch) {
  EXPECT_EQ(options_of(R"({"fast_dev_run": true})").fast_dev_run, 1);
  EXPECT_EQ(options_of(R"({"fast_dev_run": false})").fast_dev_run, 0);
}

TEST(RecordedOptions, AnUnknownOptionIsRefused) {
  EXPECT_THROW(options_of(R"({"max_epoch": 1})"), NotUnderstood);
}

}  // namespace

}  // namespace sferic::conformance
