#include <sferic/metrics/metrics.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "metrics/support.hpp"

namespace sferic {
namespace {

using test::kEvaluation;
using test::kTraining;
using test::message_of;

/// Logs as the loop does: each value in a batch of its own.
struct LoggedBatch {
  double value;
  std::int64_t samples = 1;
};

void log_epoch(Metrics& metrics, Metrics::Scope scope, std::vector<LoggedBatch> const& batches,
               LogOptions const& options = {}) {
  metrics.start_epoch(scope);
  for (auto const& [value, samples] : batches) {
    metrics.start_batch(samples);
    metrics.log("x", value, options);
    metrics.end_batch();
  }
  metrics.end_epoch();
}

using Names = std::vector<std::string>;

Names names(std::vector<LoggedValue> const& values) {
  Names names;
  for (auto const& value : values) names.push_back(value.name);
  return names;
}

TEST(Metrics, ShowEachValueOfATrainingBatchByDefault) {
  Metrics metrics;
  metrics.start_epoch(kTraining);
  for (double const value : {3.0, 5.0}) {
    metrics.start_batch(4);
    metrics.log("x", value);
    EXPECT_EQ(metrics.get("x"), value);
    metrics.end_batch();
  }
  metrics.end_epoch();
  EXPECT_EQ(metrics.get("x"), 5);
  EXPECT_EQ(names(metrics.all()), Names{"x"});
}

TEST(Metrics, ShowTheMeanOfAnEvaluationByDefaultWeighedByTheSizeOfTheBatches) {
  Metrics metrics;
  metrics.start_epoch(kEvaluation);
  metrics.start_batch(3);
  metrics.log("x", 1.0);
  EXPECT_EQ(metrics.get("x"), std::nullopt);
  metrics.end_batch();
  metrics.start_batch(1);
  metrics.log("x", 5.0);
  metrics.end_batch();
  EXPECT_EQ(metrics.get("x"), std::nullopt);
  metrics.end_epoch();
  EXPECT_EQ(metrics.get("x"), 2);
}

TEST(Metrics, ReduceATrainingEpochOnRequest) {
  Metrics metrics;
  log_epoch(metrics, kTraining, {{2, 3}, {6, 1}}, {.on_step = false});
  EXPECT_EQ(metrics.get("x"), 3);
  EXPECT_EQ(names(metrics.all()), Names{"x"});
}

TEST(Metrics, ReduceATrainingEpochBesideItsStepsOnRequest) {
  Metrics metrics;
  log_epoch(metrics, kTraining, {{1, 3}, {5, 1}}, {.on_epoch = true});
  EXPECT_EQ(metrics.get("x_step"), 5);
  EXPECT_EQ(metrics.get("x_epoch"), 2);
}

TEST(Metrics, ShowEachValueWhereTheyAreNotReduced) {
  Metrics metrics;
  log_epoch(metrics, kEvaluation, {{1, 3}, {5, 1}}, {.on_epoch = false});
  EXPECT_EQ(metrics.get("x"), 5);
}

TEST(Metrics, ShowEachValueOfAnEvaluationOnRequest) {
  Metrics metrics;
  log_epoch(metrics, kEvaluation, {{1, 3}, {5, 1}}, {.on_step = true});
  EXPECT_EQ(metrics.get("x"), 5);
}

TEST(Metrics, NameWhatIsLoggedBothWaysTwice) {
  Metrics metrics;
  metrics.start_epoch(kTraining);
  metrics.start_batch(1);
  metrics.log("x", 2.0, {.on_step = true, .on_epoch = true});
  EXPECT_EQ(metrics.get("x_step"), 2);
  EXPECT_EQ(metrics.get("x"), 2);
  EXPECT_EQ(metrics.get("x_epoch"), std::nullopt);
  metrics.end_batch();
  metrics.start_batch(1);
  metrics.log("x", 4.0, {.on_step = true, .on_epoch = true});
  metrics.end_batch();
  metrics.end_epoch();
  EXPECT_EQ(metrics.get("x_step"), 4);
  EXPECT_EQ(metrics.get("x_epoch"), 3);
  EXPECT_EQ(metrics.get("x"), 3);
}

TEST(Metrics, ReduceInFourWays) {
  for (auto const& [reduce, expected] : {std::pair(Reduce::kMean, 3.0),
                                         {Reduce::kSum, 8.0},
                                         {Reduce::kMin, 2.0},
                                         {Reduce::kMax, 6.0}}) {
    Metrics metrics;
    log_epoch(metrics, kEvaluation, {{2, 3}, {6, 1}}, {.reduce = reduce});
    EXPECT_EQ(metrics.get("x"), expected);
  }
}

TEST(Metrics, BeginEachEpochAnewAndKeepTheOldValueUntilItsEnd) {
  Metrics metrics;
  log_epoch(metrics, kEvaluation, {{1}, {3}});
  metrics.start_epoch(kEvaluation);
  EXPECT_EQ(metrics.get("x"), 2);
  metrics.start_batch(1);
  metrics.log("x", 10.0);
  EXPECT_EQ(metrics.get("x"), 2);
  metrics.end_batch();
  metrics.end_epoch();
  EXPECT_EQ(metrics.get("x"), 10);
}

TEST(Metrics, KeepATrainingEpochApartFromAValidationWithinIt) {
  Metrics metrics;
  auto const log = [&](std::string_view name, double value) {
    metrics.start_batch(1);
    metrics.log(name, value, {.on_step = false});
    metrics.end_batch();
  };
  metrics.start_epoch(kTraining);
  log("x", 1);
  metrics.start_epoch(kEvaluation);
  log("x", 100);
  log("val", 7);
  metrics.end_epoch();
  EXPECT_EQ(metrics.get("x"), 100);
  EXPECT_EQ(metrics.get("val"), 7);
  metrics.select(kTraining);
  log("x", 3);
  metrics.end_epoch();
  EXPECT_EQ(metrics.get("x"), 2);
}

TEST(Metrics, LoggedOutsideOfBatchesCanBeReadAtOnce) {
  Metrics metrics;
  metrics.log("x", 2.0);
  EXPECT_EQ(metrics.get("x"), 2);
  metrics.start_epoch(kEvaluation);
  metrics.log("x", 5.0);
  EXPECT_EQ(metrics.get("x"), 5);
  metrics.log("x", 7.0);
  EXPECT_EQ(metrics.get("x"), 6);
  metrics.end_epoch();
  EXPECT_EQ(metrics.get("x"), 6);
}

TEST(Metrics, HaveNoValueThatWasNotLogged) {
  Metrics metrics;
  EXPECT_EQ(metrics.get("x"), std::nullopt);
  EXPECT_EQ(message_of([&] { std::ignore = metrics.at("x"); }),
            "no value `x` has been logged; there is nothing");
  metrics.log("val_loss", 1.0);
  metrics.log("accuracy", 1.0);
  EXPECT_EQ(message_of([&] { std::ignore = metrics.at("x"); }),
            "no value `x` has been logged; there is `accuracy`, `val_loss`");
  EXPECT_THROW(std::ignore = metrics.at("x"), std::out_of_range);
  EXPECT_EQ(metrics.at("accuracy"), 1);
}

TEST(Metrics, AreListedByName) {
  Metrics metrics;
  metrics.log("b", 1.0);
  metrics.log("c", 2.0);
  metrics.log("a", 3.0);
  EXPECT_EQ(names(metrics.all()), (Names{"a", "b", "c"}));
  EXPECT_EQ(metrics.all().front().value, 3);
}

TEST(Metrics, AreListedForTheProgressBarAsTheyCame) {
  Metrics metrics;
  metrics.log("z", 1.0, {.progress_bar = true});
  metrics.log("m", 2.0);
  metrics.log("a", 3.0, {.progress_bar = true});
  metrics.log("z", 3.0, {.progress_bar = true});
  EXPECT_EQ(names(metrics.progress_bar()), (Names{"z", "a"}));
  EXPECT_EQ(metrics.progress_bar().front().value, 2);
}

TEST(Metrics, ThatAreForkedAreInTheProgressBarOnce) {
  Metrics metrics;
  log_epoch(metrics, kTraining, {{1}, {2}},
            {.on_step = true, .on_epoch = true, .progress_bar = true});
  EXPECT_EQ(names(metrics.progress_bar()), Names{"x"});
}

TEST(Metrics, MayBeLoggedWithOneSetOfOptionsInAnEpoch) {
  Metrics metrics;
  metrics.start_epoch(kTraining);
  metrics.start_batch(1);
  metrics.log("x", 1.0);
  auto const other = "log(`x`): was logged with other options before in this epoch";
  EXPECT_EQ(message_of([&] { metrics.log("x", 1.0, {.on_epoch = true}); }), other);
  EXPECT_EQ(message_of([&] { metrics.log("x", 1.0, {.on_step = true, .on_epoch = true}); }), other);
  EXPECT_EQ(message_of([&] { metrics.log("x", 1.0, {.reduce = Reduce::kSum}); }), other);
  EXPECT_THROW(metrics.log("x", 1.0, {.reduce = Reduce::kSum}), std::invalid_argument);
  metrics.end_batch();
  metrics.end_epoch();
  metrics.start_epoch(kTraining);
  metrics.log("x", 1.0, {.reduce = Reduce::kSum});
  EXPECT_EQ(metrics.get("x"), 1);
}

TEST(Metrics, AreForgottenOnRequest) {
  Metrics metrics;
  metrics.log("x", 1.0, {.progress_bar = true});
  metrics.clear();
  EXPECT_EQ(metrics.get("x"), std::nullopt);
  EXPECT_TRUE(metrics.progress_bar().empty());
  metrics.log("x", 5.0, {.reduce = Reduce::kSum});
  EXPECT_EQ(metrics.get("x"), 5);
}

TEST(Metrics, CanBeMoved) {
  Metrics metrics;
  metrics.log("x", 1.0);
  Metrics const moved = std::move(metrics);
  EXPECT_EQ(moved.get("x"), 1);
}

}  // namespace
}  // namespace sferic
