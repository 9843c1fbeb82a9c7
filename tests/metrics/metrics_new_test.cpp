// What was logged since somebody last asked.

#include <sferic/metrics/metrics.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <sstream>
#include <string>

#include "metrics/support.hpp"

namespace sferic {
namespace {

using test::kEvaluation;
using test::kTraining;

/// "name=value name=value".
std::string taken(Metrics& metrics) {
  std::ostringstream text;
  for (auto const& value : metrics.take_new()) {
    text << (text.tellp() > 0 ? " " : "") << value.name << '=' << value.value;
  }
  return text.str();
}

void log_batch(Metrics& metrics, double value, LogOptions const& options = {}) {
  metrics.start_batch(2);
  metrics.log("x", value, options);
  metrics.end_batch();
}

TEST(NewMetrics, AreTakenOnceByName) {
  Metrics metrics;
  metrics.log("b", 2.0);
  metrics.log("a", torch::tensor(1.5));
  EXPECT_EQ(taken(metrics), "a=1.5 b=2");
  EXPECT_EQ(taken(metrics), "");
  metrics.log("b", 2.0);
  EXPECT_EQ(taken(metrics), "b=2") << "new, though the same number";
}

TEST(NewMetrics, StayReadableAfterTheyWereTakenOrDropped) {
  Metrics metrics;
  metrics.log("a", 1.0);
  taken(metrics);
  metrics.log("b", 2.0);
  metrics.drop_new();
  EXPECT_EQ(taken(metrics), "");
  EXPECT_EQ(metrics.get("a"), 1);
  EXPECT_EQ(metrics.get("b"), 2);
}

TEST(NewMetrics, OfATrainingBatchAreTheLastValues) {
  Metrics metrics;
  metrics.start_epoch(kTraining);
  log_batch(metrics, 1);
  log_batch(metrics, 2);
  EXPECT_EQ(taken(metrics), "x=2");
  metrics.end_epoch();
  EXPECT_EQ(taken(metrics), "");
}

TEST(NewMetrics, OfAnEpochComeWithItsEnd) {
  Metrics metrics;
  metrics.start_epoch(kEvaluation);
  log_batch(metrics, 1);
  log_batch(metrics, 2);
  EXPECT_EQ(taken(metrics), "");
  metrics.end_epoch();
  EXPECT_EQ(taken(metrics), "x=1.5");
}

TEST(NewMetrics, AreNamedApartWhereThereAreBoth) {
  LogOptions const both{.on_step = true, .on_epoch = true};
  Metrics metrics;
  metrics.start_epoch(kTraining);
  log_batch(metrics, 1, both);
  EXPECT_EQ(taken(metrics), "x_step=1");
  log_batch(metrics, 2, both);
  metrics.end_epoch();
  EXPECT_EQ(taken(metrics), "x_epoch=1.5 x_step=2");
  EXPECT_EQ(metrics.get("x"), 1.5);
}

TEST(NewMetrics, OutsideOfBatchesAreTakenAtOnceAndNotAgainWithTheEpoch) {
  Metrics metrics;
  metrics.start_epoch(kTraining);
  metrics.log("rate", 0.1);
  EXPECT_EQ(taken(metrics), "rate=0.1");
  log_batch(metrics, 1);
  taken(metrics);
  metrics.end_epoch();
  EXPECT_EQ(taken(metrics), "");
  EXPECT_EQ(metrics.get("rate"), 0.1);
}

TEST(NewMetrics, OutsideOfBatchesAreTakenAgainWhereBatchesAddedToThem) {
  LogOptions const sum{.on_step = false, .reduce = Reduce::kSum};
  Metrics metrics;
  metrics.start_epoch(kTraining);
  metrics.log("x", 1.0, sum);
  EXPECT_EQ(taken(metrics), "x=1");
  log_batch(metrics, 2, sum);
  EXPECT_EQ(taken(metrics), "");
  metrics.end_epoch();
  EXPECT_EQ(taken(metrics), "x=3");
}

TEST(NewMetrics, OfAnEvaluationWithinATrainingEpochAreApart) {
  Metrics metrics;
  metrics.start_epoch(kTraining);
  log_batch(metrics, 1, {.on_step = false});
  metrics.start_epoch(kEvaluation);
  log_batch(metrics, 5);
  metrics.end_epoch();
  EXPECT_EQ(taken(metrics), "x=5");
  metrics.select(kTraining);
  metrics.end_epoch();
  EXPECT_EQ(taken(metrics), "x=1");
}

TEST(NewMetrics, AreForgottenWithEverything) {
  Metrics metrics;
  metrics.log("a", 1.0);
  metrics.drop_new();
  metrics.log("b", 1.0);
  metrics.clear();
  EXPECT_EQ(taken(metrics), "");
  metrics.log("c", 1.0);
  EXPECT_EQ(taken(metrics), "c=1");
}

}  // namespace
}  // namespace sferic
