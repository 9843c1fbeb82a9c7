#include <sferic/signal/filter.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

using Values = std::vector<int>;

/// Which of the emissions 1, 2, ..., 12 the filter lets through.
template <class Filter>
Values passed(Filter filter) {
  Signal<Tick> signal;
  Values values;
  signal.connect(std::move(filter), [&](Tick const& tick) { values.push_back(tick.value); });
  for (int i = 1; i <= 12; ++i) signal.emit({i});
  return values;
}

bool odd(Tick const& tick) { return tick.value % 2 != 0; }

TEST(Filter, MayBeGivenToSeveralSlots) {
  Signal<Tick> signal;
  int first = 0;
  int second = 0;
  auto const filter = every(2);
  signal.connect(filter, counts(first));
  signal.connect(filter, counts(second));
  for (int i = 0; i < 4; ++i) signal.emit({});
  EXPECT_EQ(first, 2);
  EXPECT_EQ(second, 2);
}

TEST(Filter, EveryLetsEachNthEmissionThrough) {
  EXPECT_EQ(passed(every(1)), (Values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  EXPECT_EQ(passed(every(5)), (Values{5, 10}));
  EXPECT_EQ(passed(every(12)), (Values{12}));
  EXPECT_EQ(passed(every(std::numeric_limits<std::int64_t>::max())), Values{});
}

TEST(Filter, OnceLetsTheFirstEmissionThrough) { EXPECT_EQ(passed(once()), Values{1}); }

TEST(Filter, AfterLetsAllThroughButTheFirstN) {
  EXPECT_EQ(passed(after(0)), passed(every(1)));
  EXPECT_EQ(passed(after(9)), (Values{10, 11, 12}));
  EXPECT_EQ(passed(after(12)), Values{});
}

TEST(Filter, FirstLetsTheFirstNThrough) {
  EXPECT_EQ(passed(first(0)), Values{});
  EXPECT_EQ(passed(first(3)), (Values{1, 2, 3}));
  EXPECT_EQ(passed(first(100)), passed(every(1)));
}

TEST(Filter, WhenAsksThePredicate) {
  EXPECT_EQ(passed(when(&odd)), (Values{1, 3, 5, 7, 9, 11}));
  EXPECT_EQ(passed(when([](auto const& tick) { return tick.value > 10; })), (Values{11, 12}));
}

TEST(Filter, APredicateMayBeMoveOnlyAndHaveState) {
  auto limit = std::make_unique<int>(2);
  EXPECT_EQ(passed(when([left = std::move(limit)](Tick const&) { return (*left)-- > 0; })),
            (Values{1, 2}));
}

TEST(Filter, ComposedFiltersSeeWhatThoseBeforeThemLetThrough) {
  EXPECT_EQ(passed(after(2) | every(3)), (Values{5, 8, 11}));
  EXPECT_EQ(passed(every(3) | after(2)), (Values{9, 12}));
  EXPECT_EQ(passed(when(&odd) | every(2)), (Values{3, 7, 11}));
  EXPECT_EQ(passed(every(2) | when(&odd)), Values{});
  EXPECT_EQ(passed(when(&odd) | once()), Values{1});
  EXPECT_EQ(passed(after(1) | every(2) | first(2)), (Values{3, 5}));
  EXPECT_EQ(passed(after(1) | (every(2) | first(2))), (Values{3, 5}));
}

TEST(Filter, CountsFromItsConnectionOn) {
  Signal<Tick> signal;
  Values values;
  signal.emit({1});
  signal.emit({2});
  signal.connect(every(2), [&](Tick const& tick) { values.push_back(tick.value); });
  for (int i = 3; i <= 6; ++i) signal.emit({i});
  EXPECT_EQ(values, (Values{4, 6}));
}

TEST(Filter, DoesNotCountEmissionsWhileTheSlotIsBlocked) {
  Signal<Tick> signal;
  Values values;
  auto const handler = [&](Tick const& tick) { values.push_back(tick.value); };
  Connection const connection = signal.connect(every(2), handler);
  signal.emit({1});
  {
    Blocker const blocker = connection.block();
    signal.emit({2});
  }
  signal.emit({3});
  EXPECT_EQ(values, Values{3});
}

TEST(Filter, CountsOnWhenOtherSlotsChange) {
  Signal<Tick> signal;
  Values values;
  signal.connect(every(3), [&](Tick const& tick) { values.push_back(tick.value); });
  for (int i = 1; i <= 6; ++i) {
    signal.connect([](Tick const&) {});
    signal.emit({i});
  }
  EXPECT_EQ(values, (Values{3, 6}));
}

TEST(Filter, IsAskedInTheOrderOfTheSlots) {
  Signal<Tick> signal;
  std::string log;
  auto const asks = [&](char letter) {
    return when([&log, letter](Tick const&) {
      log += letter;
      return true;
    });
  };
  signal.connect(asks('c'), writes('d', log), Order::kLate);
  signal.connect(asks('a'), writes('b', log));
  EXPECT_EQ(emitted(signal, log), "abcd");
}

TEST(Filter, OnceLeavesTheSlotConnected) {
  Signal<Tick> signal;
  Connection const connection = signal.connect(once(), [](Tick const&) {});
  signal.emit({});
  EXPECT_TRUE(connection.connected());
}

TEST(Filter, OnceHoldsInNestedEmissions) {
  Signal<Tick> signal;
  int calls = 0;
  signal.connect(once(), [&](Tick const&) {
    ++calls;
    signal.emit({});
  });
  signal.emit({});
  EXPECT_EQ(calls, 1);
}

/// The message of the std::invalid_argument that `make` throws.
template <class Make>
std::string error_of(Make make) {
  try {
    make();
  } catch (std::invalid_argument const& error) {
    return error.what();
  }
  return "no error";
}

TEST(Filter, RefusesABadNumberAndNamesIt) {
  EXPECT_EQ(error_of([] { static_cast<void>(every(0)); }), "every(n): n must be >= 1, but got 0");
  EXPECT_EQ(error_of([] { static_cast<void>(every(-3)); }), "every(n): n must be >= 1, but got -3");
  EXPECT_EQ(error_of([] { static_cast<void>(after(-1)); }), "after(n): n must be >= 0, but got -1");
  EXPECT_EQ(error_of([] { static_cast<void>(first(-1)); }), "first(n): n must be >= 0, but got -1");
}

}  // namespace
}  // namespace sferic::test
