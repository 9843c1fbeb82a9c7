#include "conformance/early_stopping_case.hpp"

#include <gtest/gtest.h>

namespace sferic::conformance {

namespace {

/// Stops at the second epoch, since 1.5 is no improvement.
Json recorded_early_stopping() {
  return Json::parse(R"({
    "options": {"monitor": "m", "mode": "min", "patience": 1, "min_delta": 0.0,
                "check_finite": true},
    "trainer": {"max_epochs": 3}, "metric_logged": true, "values": [1.25, 1.5, "nan"],
    "after_each_epoch": [
      {"wait_count": 0, "best_score": 1.25, "stopped_epoch": 0, "should_stop": false},
      {"wait_count": 1, "best_score": 1.25, "stopped_epoch": 1, "should_stop": true}],
    "final_epoch": 2, "stopped_epoch": 1, "error": null})");
}

TEST(RecordedEarlyStopping, ARecordedProgramIsRunAgain) {
  EXPECT_EQ(check_early_stopping(recorded_early_stopping()), std::nullopt);
}

TEST(RecordedEarlyStopping, AnUnknownKeyIsRefusedAnywhere) {
  for (auto const* const pointer : {"/x", "/options/x", "/trainer/x", "/after_each_epoch/0/x"}) {
    auto changed = recorded_early_stopping();
    changed[Json::json_pointer(pointer)] = 1;
    try {
      early_stopping_case(changed);
      ADD_FAILURE() << pointer;
    } catch (NotUnderstood const& error) {
      EXPECT_TRUE(std::string_view(error.what()).starts_with("unknown key: ")) << error.what();
    }
  }
}

TEST(RecordedEarlyStopping, AChangedResultIsToldByItsName) {
  struct {
    char const* pointer;
    Json value;
    char const* message;
  } const kChanges[] = {
      {"/after_each_epoch/1/wait_count", 0,
       "after epoch 1: expected wait_count 0, best_score 1.25, stopped_epoch 1, should_stop, got "
       "wait_count 1, best_score 1.25, stopped_epoch 1, should_stop"},
      {"/after_each_epoch/0/best_score", "inf",
       "after epoch 0: expected wait_count 0, best_score inf, stopped_epoch 0, got wait_count 0, "
       "best_score 1.25, stopped_epoch 0"},
      {"/final_epoch", 3, "final_epoch: expected 3, got 2"},
      {"/stopped_epoch", 0, "stopped_epoch: expected 0, got 1"},
      {"/error", "RuntimeError", "error: expected RuntimeError, got none"},
  };
  for (auto const& [pointer, value, message] : kChanges) {
    auto changed = recorded_early_stopping();
    changed[Json::json_pointer(pointer)] = value;
    EXPECT_EQ(check_early_stopping(changed), std::string(message));
  }
}

TEST(RecordedEarlyStopping, AMissingValueIsARuntimeError) {
  auto missing = recorded_early_stopping();
  missing["metric_logged"] = false;
  EXPECT_EQ(check_early_stopping(missing), "error: expected none, got RuntimeError");
}

TEST(RecordedNumbers, AreNumbersOrTheNamesOfThoseThatAreNone) {
  Number number;
  read(Json("-inf"), "values", number);
  EXPECT_EQ(to_string(number), "-inf");
  EXPECT_THROW(read(Json("1"), "values", number), NotUnderstood);
  Number nan;
  read(Json("nan"), "values", nan);
  EXPECT_TRUE(alike(nan, nan));
  EXPECT_FALSE(alike(nan, number));
  EXPECT_TRUE(alike({1}, {1.25}, 0.25));
  EXPECT_FALSE(alike({1}, {1.25}, 0.125));
}

}  // namespace

}  // namespace sferic::conformance
