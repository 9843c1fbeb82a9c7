#include <sferic/distributed/detail/max_reduction.hpp>

#include <gtest/gtest.h>
#include <torch/csrc/distributed/c10d/HashStore.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace {

using sferic::detail::MaxReduction;

using Rank = std::function<void(std::int64_t rank, MaxReduction& reduce_max)>;

/// Each rank in a thread of its own.
void run_ranks(std::int64_t count, Rank const& run, std::chrono::milliseconds timeout) {
  auto const store = c10::make_intrusive<c10d::HashStore>();
  std::vector<std::future<void>> ranks;
  for (std::int64_t rank = 0; rank < count; ++rank) {
    ranks.push_back(std::async(std::launch::async, [&, rank] {
      sferic::detail::Launch const launch{
          .rank = rank, .world_size = count, .address = "127.0.0.1", .port = 1};
      auto const device = sferic::detail::make_devices(launch).front();
      MaxReduction reduce_max(launch, *device, timeout, *store);
      run(rank, reduce_max);
    }));
  }
  for (auto& each : ranks) EXPECT_NO_THROW(each.get());
}

class NumberOfRanks : public testing::TestWithParam<std::int64_t> {};

TEST_P(NumberOfRanks, AllLearnTheLargestNumbersAgainAndAgain) {
  auto const count = GetParam();
  run_ranks(count, [&](std::int64_t rank, MaxReduction& reduce_max) {
    constexpr std::int64_t kTimes = 300;
    for (std::int64_t i = 0; i < kTimes; ++i) {
      // Now and then one is late, each in turn.
      if (i % (7 * count) == rank) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      std::int64_t numbers[] = {i + (i % count == rank ? 1 : 0), -i - rank, rank};
      reduce_max(numbers);
      ASSERT_EQ(numbers[0], i + 1) << "rank " << rank;
      ASSERT_EQ(numbers[1], -i);
      ASSERT_EQ(numbers[2], count - 1);
    }
  }, std::chrono::minutes(1));
}

INSTANTIATE_TEST_SUITE_P(MaxReduction, NumberOfRanks, testing::Range<std::int64_t>(1, 10),
                         [](auto const& each) { return std::to_string(each.param); });

TEST(MaxReduction, TakesMoreNumbersThanAMessageHas) {
  run_ranks(3, [](std::int64_t rank, MaxReduction& reduce_max) {
    for (std::size_t const size : {0U, 1U, 8U, 9U, 100U}) {
      std::vector<std::int64_t> numbers(size), expected(size);
      std::iota(numbers.begin(), numbers.end(), rank);
      std::iota(expected.begin(), expected.end(), 2);
      reduce_max(numbers);
      EXPECT_EQ(numbers, expected);
    }
  }, std::chrono::minutes(1));
}

TEST(MaxReduction, FailsAtOnceInWhoWaitsForOneThatHasLeft) {
  auto const begin = std::chrono::steady_clock::now();
  run_ranks(2, [](std::int64_t rank, MaxReduction& reduce_max) {
    std::int64_t number = 0;
    reduce_max({&number, 1});
    if (rank == 0) return;
    EXPECT_THROW(reduce_max({&number, 1}), std::exception);
  }, std::chrono::minutes(10));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(1));
}

TEST(MaxReduction, FailsAfterItsTimeoutWhereOneFallsSilent) {
  run_ranks(2, [](std::int64_t rank, MaxReduction& reduce_max) {
    std::int64_t number = 0;
    reduce_max({&number, 1});
    auto const begin = std::chrono::steady_clock::now();
    if (rank == 0) {
      std::this_thread::sleep_for(std::chrono::seconds(6));
    } else {
      EXPECT_THROW(reduce_max({&number, 1}), std::exception);
      EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
    }
  }, std::chrono::seconds(3));
}

}  // namespace
