// When the captures of slots are released, as far as both sides agree.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
class Releasing : public ::testing::Test {
 protected:
  std::atomic<int> living_{0};
};
TYPED_TEST_SUITE(Releasing, Sides, SideNames);

TYPED_TEST(Releasing, HappensInsideDisconnectWhenNoEmissionRuns) {
  SignalOf<TypeParam> signal;
  for (bool const warm : {false, true}) {
    ConnectionOf<TypeParam> const connection = signal.connect(Counted::held(this->living_));
    if (warm) signal.emit({});
    EXPECT_EQ(this->living_, 1);
    connection.disconnect();
    EXPECT_EQ(this->living_, 0);
  }
}

TYPED_TEST(Releasing, HappensInsideDisconnectOfAGroupAndOfAll) {
  SignalOf<TypeParam> signal;
  signal.connect(Counted::held(this->living_));
  signal.connect(Counted::held(this->living_), Order::kLate);
  signal.emit({});
  signal.disconnect(Order::kLate);
  EXPECT_EQ(this->living_, 1);
  signal.disconnect_all();
  EXPECT_EQ(this->living_, 0);
}

TYPED_TEST(Releasing, HappensInTheSignalsDestructorWhoeverKeepsConnections) {
  ConnectionOf<TypeParam> kept;
  {
    SignalOf<TypeParam> signal;
    kept = signal.connect(Counted::held(this->living_));
    signal.emit({});
  }
  EXPECT_EQ(this->living_, 0);
}

TYPED_TEST(Releasing, WaitsForTheCallThatUsesTheCaptures) {
  SignalOf<TypeParam> signal;
  ConnectionOf<TypeParam> self;
  self = signal.connect([&, counted = Counted(this->living_)](Tick const&) {
    self.disconnect();
    EXPECT_EQ(this->living_, 1);
  });
  signal.emit({});
  EXPECT_EQ(this->living_, 0);
}

TYPED_TEST(Releasing, OfASlotThatTheRunningEmissionNeverHeldHappensAtOnce) {
  SignalOf<TypeParam> signal;
  signal.connect([&](Tick const&) {
    ConnectionOf<TypeParam> const fresh = signal.connect(Counted::held(this->living_));
    EXPECT_EQ(this->living_, 1);
    fresh.disconnect();
    EXPECT_EQ(this->living_, 0);
  });
  signal.emit({});
}

TYPED_TEST(Releasing, LetsNothingPileUpInASignalThatIsNeverEmitted) {
  SignalOf<TypeParam> signal;
  for (int i = 0; i < 1'000; ++i) {
    signal.connect(Counted::held(this->living_)).disconnect();
    ASSERT_EQ(this->living_, 0);
  }
}

TYPED_TEST(Releasing, OfSlotsWhoseOwnersAreGoneHappensAsOthersConnect) {
  SignalOf<TypeParam> signal;
  for (int i = 0; i < 1'000; ++i) {
    auto const owner = std::make_shared<int>(i);
    TypeParam::connect_tracked(signal, Counted::held(this->living_), owner);
    ASSERT_LE(this->living_, 10);
  }
}

TYPED_TEST(Releasing, RunsADestructorThatFindsItsConnectionEndedAndMayUseTheSignal) {
  SignalOf<TypeParam> signal;
  std::string log;
  ConnectionOf<TypeParam> dying;
  ConnectionOf<TypeParam> const other = signal.connect(writes('o', log));
  signal.connect(writes('a', log));
  auto end = std::make_shared<AtEnd>([&] {
    EXPECT_FALSE(dying.connected());
    other.disconnect();
    signal.connect(writes('n', log));
    signal.emit({});
    log += '~';
  });
  dying = signal.connect([captured = std::move(end)](Tick const&) {});
  dying.disconnect();
  EXPECT_EQ(log, "an~");
}

}  // namespace
}  // namespace sferic::test
