#include <sferic/distributed/detail/within.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <stdexcept>

namespace {

using sferic::detail::within;
constexpr std::chrono::minutes kLong(1);
constexpr std::chrono::milliseconds kShort(10);

TEST(WithinTest, ReturnsWhatTheFunctionReturns) {
  EXPECT_EQ(within(kLong, [] { return 3; }), 3);
}

TEST(WithinTest, ThrowsWhatTheFunctionThrows) {
  EXPECT_THROW(within(kLong, []() -> int { throw std::logic_error("no"); }), std::logic_error);
}

TEST(WithinTest, ReturnsNothingWhenTheTimeIsOverAndLetsTheFunctionGoOn) {
  std::promise<void> go_on;
  std::promise<void> has_ended;
  auto ended = has_ended.get_future();
  auto const answer = within(kShort, [may = go_on.get_future(), &has_ended]() mutable {
    may.wait();
    has_ended.set_value();
    return 3;
  });
  EXPECT_FALSE(answer);
  go_on.set_value();
  ended.wait();
}

}  // namespace
