#include <sferic/metrics/metrics.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "metrics/support.hpp"

namespace sferic {
namespace {

using Sync = Metrics::Sync;
using test::kEvaluation;

/// Ends the epoch of several ranks as the loop does.
void end_epoch(std::vector<Metrics>& ranks) {
  std::vector<std::string> shared;
  for (auto const& rank : ranks) shared.push_back(rank.share(Sync::kEpoch));
  for (auto& rank : ranks) {
    rank.reduce_shared(Sync::kEpoch, shared);
    rank.end_epoch();
  }
}

std::vector<Metrics> evaluating(std::size_t count) {
  std::vector<Metrics> ranks(count);
  for (auto& rank : ranks) rank.start_epoch(kEvaluation);
  return ranks;
}

void log_in_batch(Metrics& metrics, double value, std::int64_t samples, LogOptions options) {
  metrics.start_batch(samples);
  metrics.log("x", value, options);
  metrics.end_batch();
}

TEST(MetricsOfRanks, AMeanWeighsTheBatchesOfAllRanks) {
  auto ranks = evaluating(2);
  log_in_batch(ranks[0], 1, 3, {.sync = Reduce::kMean});
  log_in_batch(ranks[0], 2, 3, {.sync = Reduce::kMean});
  log_in_batch(ranks[1], 6, 2, {.sync = Reduce::kMean});
  end_epoch(ranks);
  for (auto const& rank : ranks) EXPECT_EQ(rank.at("x"), (1. * 3 + 2 * 3 + 6 * 2) / 8);
}

TEST(MetricsOfRanks, TheReductionOverRanksMayBeAnotherThanOverTheEpoch) {
  auto ranks = evaluating(2);
  LogOptions const options{.reduce = Reduce::kSum, .sync = Reduce::kMax};
  log_in_batch(ranks[0], 1, 1, options);
  log_in_batch(ranks[0], 2, 1, options);
  log_in_batch(ranks[1], 2, 1, options);
  end_epoch(ranks);
  for (auto const& rank : ranks) EXPECT_EQ(rank.at("x"), 3);
}

TEST(MetricsOfRanks, WithoutSyncEachRankHasItsOwn) {
  auto ranks = evaluating(2);
  log_in_batch(ranks[0], 1, 1, {});
  log_in_batch(ranks[1], 2, 1, {});
  end_epoch(ranks);
  EXPECT_EQ(ranks[0].at("x"), 1);
  EXPECT_EQ(ranks[1].at("x"), 2);
}

TEST(MetricsOfRanks, ARankWithoutABatchReadsTheValueOfTheOthers) {
  auto ranks = evaluating(2);
  log_in_batch(ranks[0], 4, 1, {.progress_bar = true, .sync = Reduce::kMean});
  end_epoch(ranks);
  EXPECT_EQ(ranks[1].at("x"), 4);
  EXPECT_EQ(ranks[1].progress_bar().size(), 1u);
}

TEST(MetricsOfRanks, ValuesOfStepsAreReducedWhereTheyAreTold) {
  std::vector<Metrics> ranks(2);
  for (std::size_t i = 0; i < 2; ++i) {
    ranks[i].start_epoch(Metrics::Scope::kTraining);
    log_in_batch(ranks[i], static_cast<double>(i), 1, {.on_epoch = true, .sync = Reduce::kMean});
    EXPECT_EQ(ranks[i].at("x"), static_cast<double>(i));
  }
  std::vector<std::string> const shared = {ranks[0].share(Sync::kNew), ranks[1].share(Sync::kNew)};
  for (auto& rank : ranks) {
    rank.reduce_shared(Sync::kNew, shared);
    auto const told = rank.take_new();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].name, "x_step");
    EXPECT_EQ(told[0].value, 0.5);
    EXPECT_EQ(rank.at("x"), 0.5);
  }
}

TEST(MetricsOfRanks, WhatIsLoggedOutsideOfBatchesIsReducedWhereItIsTold) {
  auto ranks = evaluating(2);
  ranks[0].log("x", 1.0, {.sync = Reduce::kSum});
  ranks[1].log("x", 2.0, {.sync = Reduce::kSum});
  std::vector<std::string> const shared = {ranks[0].share(Sync::kNew), ranks[1].share(Sync::kNew)};
  for (auto& rank : ranks) {
    rank.reduce_shared(Sync::kNew, shared);
    EXPECT_EQ(rank.at("x"), 3);
  }
}

TEST(MetricsOfRanks, AnEpochGoesOnWithWhatRankZeroHasGathered) {
  auto ranks = evaluating(2);
  log_in_batch(ranks[0], 1, 3, {.sync = Reduce::kMean});
  log_in_batch(ranks[1], 2, 5, {.sync = Reduce::kMean});
  std::vector<std::string> const shared = {ranks[0].share(Sync::kEpoch),
                                           ranks[1].share(Sync::kEpoch)};
  for (std::size_t i = 0; i < 2; ++i) ranks[i].gather_shared(shared, /*is_rank_zero=*/i == 0);
  log_in_batch(ranks[0], 3, 1, {.sync = Reduce::kMean});
  log_in_batch(ranks[1], 4, 1, {.sync = Reduce::kMean});
  end_epoch(ranks);
  for (auto const& rank : ranks) EXPECT_EQ(rank.at("x"), (1. * 3 + 2 * 5 + 3 + 4) / 10);
}

TEST(MetricsOfRanks, WhatWasAddedUpCanBeDropped) {
  auto ranks = evaluating(1);
  log_in_batch(ranks[0], 1, 1, {.sync = Reduce::kMean});
  ranks[0].drop_totals();
  log_in_batch(ranks[0], 5, 1, {.sync = Reduce::kMean});
  end_epoch(ranks);
  EXPECT_EQ(ranks[0].at("x"), 5);
}

}  // namespace
}  // namespace sferic
