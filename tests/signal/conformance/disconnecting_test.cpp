// Slots that end themselves and each other while the signal emits.

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
class Disconnecting : public ::testing::Test {};
TYPED_TEST_SUITE(Disconnecting, Sides, SideNames);

/// For each of four slots, the one whose connection it ends.
using Victims = std::array<std::optional<std::size_t>, 4>;
constexpr std::nullopt_t kNone = std::nullopt;

/// What two emissions write, e.g. "0123 013", if each slot first ends its victim and then writes
/// its own number.
template <class Side>
std::string two_emissions(Victims const& victims) {
  SignalOf<Side> signal;
  std::string log;
  std::array<ConnectionOf<Side>, 4> connections;
  for (std::size_t i = 0; i < 4; ++i) {
    connections[i] = signal.connect([&, i](Tick const&) {
      if (victims[i]) connections[*victims[i]].disconnect();
      log += static_cast<char>('0' + i);
    });
  }
  std::string const first = emitted(signal, log);
  return first + ' ' + emitted(signal, log);
}

/// The same by the rule: a slot is called if it is connected when its turn comes.
std::string two_emissions_by_the_rule(Victims const& victims) {
  std::array<bool, 4> connected{true, true, true, true};
  auto const emission = [&] {
    std::string called;
    for (std::size_t i = 0; i < 4; ++i) {
      if (!connected[i]) continue;
      if (victims[i]) connected[*victims[i]] = false;
      called += static_cast<char>('0' + i);
    }
    return called;
  };
  std::string const first = emission();
  return first + ' ' + emission();
}

TYPED_TEST(Disconnecting, ASlotThatEndsItselfFinishesItsCallAndNoOtherIsSkipped) {
  EXPECT_EQ(two_emissions<TypeParam>({kNone, kNone, 2, kNone}), "0123 013");
  EXPECT_EQ(two_emissions<TypeParam>({kNone, kNone, kNone, 3}), "0123 012");
  EXPECT_EQ(two_emissions<TypeParam>({0, kNone, kNone, kNone}), "0123 123");
}

TYPED_TEST(Disconnecting, AllSlotsMayEndThemselvesInOneEmission) {
  EXPECT_EQ(two_emissions<TypeParam>({0, 1, 2, 3}), "0123 ");
}

TYPED_TEST(Disconnecting, ASlotMayEndAnEarlierOne) {
  EXPECT_EQ(two_emissions<TypeParam>({kNone, 0, kNone, kNone}), "0123 123");
  EXPECT_EQ(two_emissions<TypeParam>({kNone, kNone, kNone, 2}), "0123 013");
}

TYPED_TEST(Disconnecting, ASlotThatAnEarlierOneEndsIsNotCalledAnyMore) {
  EXPECT_EQ(two_emissions<TypeParam>({1, kNone, kNone, kNone}), "023 023");
  EXPECT_EQ(two_emissions<TypeParam>({kNone, 3, kNone, kNone}), "012 012");
}

TYPED_TEST(Disconnecting, SlotsMayEndEachOtherAllAround) {
  EXPECT_EQ(two_emissions<TypeParam>({1, 1, 0, 2}), "023 3");
}

TYPED_TEST(Disconnecting, FollowsTheRuleWhicheverSlotsFourSlotsEnd) {
  auto const victim = [](int code) {
    return code == 4 ? std::optional<std::size_t>() : std::optional<std::size_t>(code);
  };
  for (int code = 0; code < 5 * 5 * 5 * 5; ++code) {
    Victims const victims{victim(code % 5), victim(code / 5 % 5), victim(code / 25 % 5),
                          victim(code / 125)};
    ASSERT_EQ(two_emissions<TypeParam>(victims), two_emissions_by_the_rule(victims)) << code;
  }
}

TYPED_TEST(Disconnecting, ASlotMayEndAllAndTheSignalCanBeUsedAgain) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect(writes('a', log));
  signal.connect([&](Tick const&) { signal.disconnect_all(); });
  signal.connect(writes('b', log));
  signal.connect(writes('c', log), Order::kLast);
  EXPECT_EQ(emitted(signal, log), "a");
  EXPECT_TRUE(signal.empty());
  EXPECT_EQ(signal.slot_count(), 0u);
  signal.connect(writes('d', log));
  EXPECT_EQ(emitted(signal, log), "d");
}

TYPED_TEST(Disconnecting, ASlotMayEndAGroupThatIsStillToCome) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect([&](Tick const&) { signal.disconnect(Order::kLate); });
  signal.connect(writes('l', log), Order::kLate);
  signal.connect(writes('z', log), Order::kLast);
  EXPECT_EQ(emitted(signal, log), "z");
}

TYPED_TEST(Disconnecting, ReachesOuterAndInnerEmissions) {
  SignalOf<TypeParam> signal;
  std::string log;
  ConnectionOf<TypeParam> victim;
  signal.connect([&](Tick const& tick) {
    log += static_cast<char>('0' + tick.value);
    if (tick.value > 0) signal.emit({tick.value - 1});
    if (tick.value == 0) victim.disconnect();
  });
  victim = signal.connect(writes('v', log));
  signal.connect(writes('a', log));
  signal.emit({2});
  EXPECT_EQ(log, "210aaa");
}

TYPED_TEST(Disconnecting, IsCountedAtOnceInsideTheEmission) {
  SignalOf<TypeParam> signal;
  ConnectionOf<TypeParam> self;
  self = signal.connect([&](Tick const&) {
    EXPECT_EQ(signal.slot_count(), 2u);
    self.disconnect();
    EXPECT_FALSE(self.connected());
    EXPECT_EQ(signal.slot_count(), 1u);
  });
  signal.connect([&](Tick const&) { EXPECT_EQ(signal.slot_count(), 1u); });
  signal.emit({});
}

}  // namespace
}  // namespace sferic::test
