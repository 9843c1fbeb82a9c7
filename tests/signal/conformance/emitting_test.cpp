// What is connected, emitted and moved while the signal emits.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
class Emitting : public ::testing::Test {};
TYPED_TEST_SUITE(Emitting, Sides, SideNames);

TYPED_TEST(Emitting, CallsASlotThatWasConnectedMeanwhileFromTheNextTimeOn) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect([&](Tick const& tick) {
    if (tick.value == 1) signal.connect(writes('n', log));
    log += 'a';
  });
  signal.connect(writes('b', log));
  signal.emit({1});
  EXPECT_EQ(log, "ab");
  EXPECT_EQ(emitted(signal, log), "abn");
}

TYPED_TEST(Emitting, MayConnectMoreEachTime) {
  SignalOf<TypeParam> signal;
  ConnectionOf<TypeParam> added;
  signal.connect([&](Tick const&) { added = signal.connect([](Tick const&) {}); });
  signal.emit({});
  EXPECT_EQ(signal.slot_count(), 2u);
  added.disconnect();
  EXPECT_EQ(signal.slot_count(), 1u);
  signal.emit({});
  EXPECT_EQ(signal.slot_count(), 2u);
}

TYPED_TEST(Emitting, CallsNothingThatWasConnectedMeanwhileIntoALaterGroup) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect([&](Tick const& tick) {
    if (tick.value == 1) signal.connect(writes('l', log), Order::kLate);
    log += 'e';
  }, Order::kEarly);
  signal.connect(writes('z', log), Order::kLast);
  signal.emit({1});
  EXPECT_EQ(log, "ez");
  EXPECT_EQ(emitted(signal, log), "elz");
}

TYPED_TEST(Emitting, NeverCallsASlotThatWasConnectedAndDisconnectedMeanwhile) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect([&](Tick const&) { signal.connect(writes('n', log)).disconnect(); });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(emitted(signal, log), "");
  EXPECT_EQ(signal.slot_count(), 1u);
}

TYPED_TEST(Emitting, FromWithinCallsTheNewSlotsAndThenGoesOnWithTheOldOnes) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect([&](Tick const& tick) {
    log += 'a';
    if (tick.value != 1) return;
    signal.connect(writes('n', log));
    signal.emit({});
    log += '|';
  });
  signal.connect(writes('b', log));
  signal.emit({1});
  EXPECT_EQ(log, "aabn|b");
}

TYPED_TEST(Emitting, FromWithinMayGoDeep) {
  SignalOf<TypeParam> signal;
  int calls = 0;
  signal.connect([&](Tick const& tick) {
    if (tick.value > 0) signal.emit({tick.value - 1});
  });
  signal.connect(counts(calls));
  signal.emit({100});
  EXPECT_EQ(calls, 101);
}

TYPED_TEST(Emitting, ObeysWhatIsBlockedAfterItsSlotsWereReplaced) {
  SignalOf<TypeParam> signal;
  std::string log;
  ConnectionOf<TypeParam> victim;
  BlockerOf<TypeParam> blocker;
  signal.connect([&](Tick const& tick) {
    if (tick.value != 1) return;
    signal.connect(writes('n', log));
    signal.emit({});
    log += '|';
    blocker = TypeParam::block(victim);
  });
  victim = signal.connect(writes('v', log));
  signal.connect(writes('a', log));
  signal.emit({1});
  EXPECT_EQ(log, "van|a");
}

TYPED_TEST(Emitting, GoesOnWhileTheSignalIsMovedAway) {
  SignalOf<TypeParam> signal;
  SignalOf<TypeParam> other;
  std::string log;
  ConnectionOf<TypeParam> victim;
  signal.connect([&](Tick const& tick) {
    if (tick.value == 0) return;
    other = std::move(signal);
    victim.disconnect();
  });
  victim = signal.connect(writes('v', log));
  signal.connect(writes('a', log));
  signal.emit({1});
  EXPECT_EQ(log, "a");
  EXPECT_EQ(emitted(other, log), "a");
}

}  // namespace
}  // namespace sferic::test
