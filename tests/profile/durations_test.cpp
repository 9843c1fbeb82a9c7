#include <sferic/profile/detail/durations.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

namespace sferic::detail {
namespace {

using std::chrono::nanoseconds;

Durations durations_of(std::vector<std::int64_t> const& ns, double overhead = 0) {
  auto const counts = std::make_unique<DurationCounts>();
  for (auto const each : ns) counts->add(nanoseconds(each));
  DurationSum sum;
  sum.add(*counts);
  return sum.durations(overhead);
}

TEST(DurationsTest, AreZeroWhereNothingWasCounted) {
  auto const none = durations_of({});
  EXPECT_EQ(none.count, 0);
  EXPECT_EQ(none.mean, 0);
  EXPECT_EQ(none.p99, 0);
}

TEST(DurationsTest, AreExactBelow64Nanoseconds) {
  std::vector<std::int64_t> ns;
  for (int i = 0; i < 64; ++i) ns.push_back(i);
  auto const durations = durations_of(ns);
  EXPECT_EQ(durations.count, 64);
  EXPECT_DOUBLE_EQ(durations.total, 1e-9 * 63 * 64 / 2);
  EXPECT_DOUBLE_EQ(durations.p50, 31e-9);
  EXPECT_DOUBLE_EQ(durations.p95, 60e-9);
  EXPECT_DOUBLE_EQ(durations.p99, 63e-9);
  EXPECT_DOUBLE_EQ(durations.max, 63e-9);
}

TEST(DurationsTest, QuantilesAreRightToTwoPercentWhateverTheSize) {
  for (std::int64_t ns = 1; ns < std::numeric_limits<std::int64_t>::max() / 3; ns = 3 * ns + 1) {
    auto const durations = durations_of({ns, ns, 2 * ns});
    EXPECT_NEAR(durations.p50, 1e-9 * static_cast<double>(ns), 0.02e-9 * static_cast<double>(ns));
    EXPECT_DOUBLE_EQ(durations.max, 2e-9 * static_cast<double>(ns));
  }
}

TEST(DurationsTest, TakeTheLongestAndClocksThatGoBack) {
  auto const durations = durations_of({std::numeric_limits<std::int64_t>::max(), -5});
  EXPECT_EQ(durations.count, 2);
  EXPECT_NEAR(durations.max, 9.2e9, 0.1e9);
  EXPECT_EQ(durations.p50, 0);
}

TEST(DurationsTest, AreMadeShorterByTheOverheadButNotNegative) {
  auto const durations = durations_of({10, 30, 50}, 20e-9);
  EXPECT_NEAR(durations.mean, 10e-9, 1e-12);
  EXPECT_NEAR(durations.total, 30e-9, 1e-12);
  EXPECT_NEAR(durations.p50, 10e-9, 1e-12);
  EXPECT_NEAR(durations.max, 30e-9, 1e-12);
  EXPECT_EQ(durations_of({10}, 20e-9).mean, 0);
}

TEST(DurationsTest, OfSeveralThreadsAddUp) {
  auto const one = std::make_unique<DurationCounts>();
  auto const other = std::make_unique<DurationCounts>();
  one->add(nanoseconds(10));
  other->add(nanoseconds(30));
  other->add(nanoseconds(50));
  DurationSum sum;
  sum.add(*one);
  sum.add(*other);
  EXPECT_EQ(sum.durations().count, 3);
  EXPECT_NEAR(sum.durations().mean, 30e-9, 1e-15);
}

}  // namespace
}  // namespace sferic::detail
