// In which order slots are called, and the groups that make it.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

constexpr std::array kOrders{Order::kEarly, Order::kNormal, Order::kLate, Order::kLast};

template <class Side>
class Ordering : public ::testing::Test {};
TYPED_TEST_SUITE(Ordering, Sides, SideNames);

TYPED_TEST(Ordering, CallsTheSlotsOfOneGroupAsTheyWereConnected) {
  SignalOf<TypeParam> signal;
  std::string log;
  for (char const letter : std::string("abcdef")) signal.connect(writes(letter, log));
  EXPECT_EQ(emitted(signal, log), "abcdef");
}

TYPED_TEST(Ordering, CallsGroupsInOrderWhateverTheOrderOfConnection) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect(writes('g', log), Order::kLast);
  signal.connect(writes('c', log), Order::kNormal);
  signal.connect(writes('e', log), Order::kLate);
  signal.connect(writes('a', log), Order::kEarly);
  signal.connect(writes('h', log), Order::kLast);
  signal.connect(writes('b', log), Order::kEarly);
  signal.connect(writes('f', log), Order::kLate);
  signal.connect(writes('d', log));
  EXPECT_EQ(emitted(signal, log), "abcdefgh");
}

TYPED_TEST(Ordering, SortsAHundredSlotsInRandomGroupsStably) {
  struct Place {
    Order order;
    int number;
    bool operator==(Place const&) const = default;
  };
  SignalOf<TypeParam> signal;
  std::minstd_rand random(7);
  std::vector<Place> expected;
  std::vector<Place> called;
  for (int number = 0; number < 100; ++number) {
    Place const place{kOrders.at(random() % kOrders.size()), number};
    expected.push_back(place);
    signal.connect([&called, place](Tick const&) { called.push_back(place); }, place.order);
  }
  std::stable_sort(expected.begin(), expected.end(),
                   [](Place const& left, Place const& right) { return left.order < right.order; });
  signal.emit({});
  EXPECT_TRUE(called == expected);
}

TYPED_TEST(Ordering, CallsASlotThatComesBackLastOfItsGroup) {
  SignalOf<TypeParam> signal;
  std::string log;
  ConnectionOf<TypeParam> const a = signal.connect(writes('a', log));
  signal.connect(writes('b', log));
  signal.connect(writes('z', log), Order::kLate);
  a.disconnect();
  signal.connect(writes('a', log));
  EXPECT_EQ(emitted(signal, log), "baz");
}

TYPED_TEST(Ordering, EndsAllSlotsOfOneGroupAndNoOther) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect(writes('a', log), Order::kEarly);
  ConnectionOf<TypeParam> const b = signal.connect(writes('b', log), Order::kLate);
  ConnectionOf<TypeParam> const c = signal.connect(writes('c', log), Order::kLate);
  signal.connect(writes('d', log), Order::kLast);
  signal.disconnect(Order::kLate);
  EXPECT_FALSE(b.connected() || c.connected());
  EXPECT_EQ(emitted(signal, log), "ad");
}

TYPED_TEST(Ordering, AllowsAGroupToBeEndedAgainAndToBeFilledAgain) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect(writes('a', log));
  ConnectionOf<TypeParam> const b = signal.connect(writes('b', log), Order::kLate);
  signal.disconnect(Order::kLate);
  b.disconnect();
  signal.disconnect(Order::kLate);
  EXPECT_EQ(emitted(signal, log), "a");
  signal.connect(writes('c', log), Order::kLate);
  EXPECT_EQ(emitted(signal, log), "ac");
}

TYPED_TEST(Ordering, IgnoresTheEndOfAGroupThatNeverHadASlot) {
  SignalOf<TypeParam> signal;
  signal.disconnect(Order::kEarly);
  signal.disconnect_all();
  EXPECT_TRUE(signal.empty());
}

}  // namespace
}  // namespace sferic::test
