#include <sferic/callbacks/detail/stat_sampler.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace sferic::test {
namespace {

using detail::Stat;
using detail::StatSampler;
using detail::StatSource;
using Sampled = std::vector<std::optional<double>>;

constexpr std::chrono::duration<double> kOften = std::chrono::microseconds(100);
constexpr std::chrono::duration<double> kNever = std::chrono::hours(24);

void wait_for_more(StatSampler const& sampler) {
  auto const before = sampler.samples();
  while (sampler.samples() < before + 2) std::this_thread::yield();
}

/// Counts its readings.
Stat counting(std::string key, std::atomic<int>& count) {
  return {std::move(key), [&count] { return ++count; }};
}

TEST(StatSampler, HasASampleFromTheBeginning) {
  std::atomic<int> first = 10, second = 20;
  StatSampler const sampler({{"a", {counting("a/x", first)}}, {"b", {counting("b/y", second)}}},
                            kNever);
  EXPECT_EQ(sampler.samples(), 1);
  EXPECT_EQ(sampler.keys(), (std::vector<std::string>{"a/x", "b/y"}));
  EXPECT_EQ(sampler.newest(), (Sampled{11, 21}));
}

TEST(StatSampler, ReadsOnWhileOthersLook) {
  std::atomic<int> count = 0;
  StatSampler const sampler({{"a", {counting("a/x", count), counting("a/y", count)}}}, kOften);
  for (int i = 0; i < 100; ++i) {
    auto const values = sampler.newest();
    ASSERT_EQ(*values[0] + 1, *values[1]);  // of one sample
  }
  wait_for_more(sampler);
  EXPECT_GE(*sampler.newest()[0], 3);
}

TEST(StatSampler, EndsAtOnceHoweverLongItsIntervalIs) {
  std::atomic<int> count = 0;
  for (int i = 0; i < 100; ++i) {
    StatSampler const sampler({{"a", {counting("a/x", count)}}}, kNever);
  }
  EXPECT_EQ(count, 100);
}

TEST(StatSampler, HasNoValueWhereThereIsNone) {
  StatSampler const sampler({{"a", {{"a/x", [] { return std::nullopt; }}}}}, kNever);
  EXPECT_EQ(sampler.newest(), Sampled{std::nullopt});
}

TEST(StatSampler, TellsTheFirstErrorOfASourceAndGoesOn) {
  std::atomic<int> count = 0;
  auto const fail = []() -> std::optional<double> { throw std::runtime_error("lost"); };
  auto const fail_oddly = []() -> std::optional<double> { throw 1; };
  StatSampler sampler(
      {{"a", {{"a/x", fail}, {"a/y", fail}, counting("a/z", count)}}, {"b", {{"b/x", fail_oddly}}}},
      kOften);
  wait_for_more(sampler);
  EXPECT_EQ(sampler.take_errors(),
            (std::vector<std::string>{"a/x: lost", "b/x: an error of unknown type"}));
  wait_for_more(sampler);
  EXPECT_TRUE(sampler.take_errors().empty());
  EXPECT_EQ(sampler.newest()[0], std::nullopt);
  EXPECT_GE(sampler.newest()[2], 3);
}

TEST(StatSampler, HasValuesAgainWhereADeviceFailedForAWhile) {
  std::atomic<bool> fails = true;
  auto const read = [&]() -> std::optional<double> {
    if (fails) throw std::runtime_error("lost");
    return 5;
  };
  StatSampler sampler({{"a", {{"a/x", read}}}}, kOften);
  fails = false;
  wait_for_more(sampler);
  EXPECT_EQ(sampler.newest(), Sampled{5});
}

}  // namespace
}  // namespace sferic::test
