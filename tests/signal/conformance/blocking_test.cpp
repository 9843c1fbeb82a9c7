// Slots that are connected but not called for a while.

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
class Blocking : public ::testing::Test {
 protected:
  Blocking() {
    for (std::size_t i = 0; i < 4; ++i) {
      connections_[i] = signal_.connect(writes(static_cast<char>('0' + i), log_));
    }
  }

  auto block(std::size_t i) const { return Side::block(connections_[i]); }
  std::string emission() { return emitted(signal_, log_); }

  SignalOf<Side> signal_;
  std::string log_;
  ConnectionOf<Side> connections_[4];
};
TYPED_TEST_SUITE(Blocking, Sides, SideNames);

TYPED_TEST(Blocking, LastsAsLongAsTheBlocker) {
  {
    auto const blocker = this->block(2);
    EXPECT_TRUE(this->connections_[2].blocked());
    EXPECT_EQ(this->emission(), "013");
  }
  EXPECT_FALSE(this->connections_[2].blocked());
  EXPECT_EQ(this->emission(), "0123");
}

TYPED_TEST(Blocking, CanBeEndedEarly) {
  ConnectionOf<TypeParam> const constant = this->connections_[1];
  auto blocker = TypeParam::block(constant);
  EXPECT_EQ(this->emission(), "023");
  blocker.unblock();
  EXPECT_EQ(this->emission(), "0123");
  blocker.unblock();
  EXPECT_EQ(this->emission(), "0123");
}

TYPED_TEST(Blocking, LastsUntilTheLastOfSeveralBlockers) {
  auto outer = this->block(3);
  auto inner = this->block(3);
  outer.unblock();
  outer.unblock();
  EXPECT_TRUE(this->connections_[3].blocked());
  EXPECT_EQ(this->emission(), "012");
  inner.unblock();
  EXPECT_EQ(this->emission(), "0123");
}

TYPED_TEST(Blocking, MovesFromSlotToSlotByAssignment) {
  auto blocker = this->block(0);
  blocker = this->block(1);
  EXPECT_EQ(this->emission(), "023");
}

TYPED_TEST(Blocking, LeavesTheSlotConnectedAndCounted) {
  auto const blocker = this->block(0);
  EXPECT_TRUE(this->connections_[0].connected());
  EXPECT_EQ(this->signal_.slot_count(), 4u);
}

TYPED_TEST(Blocking, OfAllSlotsLeavesTheSignalNotEmpty) {
  auto const zero = this->block(0);
  auto const one = this->block(1);
  auto const two = this->block(2);
  auto const three = this->block(3);
  EXPECT_EQ(this->emission(), "");
  EXPECT_FALSE(this->signal_.empty());
}

TYPED_TEST(Blocking, OutlastsOtherConnectionsAndDisconnections) {
  auto const blocker = this->block(2);
  this->connections_[1].disconnect();
  this->signal_.connect(writes('4', this->log_));
  EXPECT_EQ(this->emission(), "034");
}

TYPED_TEST(Blocking, OfADisconnectedSlotDoesNotBringItBack) {
  auto blocker = this->block(1);
  this->connections_[1].disconnect();
  blocker.unblock();
  EXPECT_EQ(this->emission(), "023");
}

TYPED_TEST(Blocking, MayOutlastTheSignalAndBeAskedForAfterIt) {
  auto signal = std::make_unique<SignalOf<TypeParam>>();
  ConnectionOf<TypeParam> const connection = signal->connect(writes('x', this->log_));
  auto blocker = TypeParam::block(connection);
  signal.reset();
  auto const late = TypeParam::block(connection);
  blocker.unblock();
  EXPECT_FALSE(connection.connected());
}

TYPED_TEST(Blocking, OfALaterSlotTakesEffectInTheRunningEmission) {
  SignalOf<TypeParam> signal;
  std::string log;
  ConnectionOf<TypeParam> later;
  BlockerOf<TypeParam> blocker;
  signal.connect([&](Tick const&) { blocker = TypeParam::block(later); });
  later = signal.connect(writes('l', log));
  signal.connect(writes('a', log));
  EXPECT_EQ(emitted(signal, log), "a");
}

TYPED_TEST(Blocking, OfALaterSlotMayEndInTheRunningEmission) {
  SignalOf<TypeParam> signal;
  std::string log;
  BlockerOf<TypeParam> blocker;
  signal.connect([&](Tick const&) { blocker.unblock(); });
  blocker = TypeParam::block(signal.connect(writes('l', log)));
  EXPECT_EQ(emitted(signal, log), "l");
}

TYPED_TEST(Blocking, OfTheRunningSlotBeginsAfterItsCall) {
  SignalOf<TypeParam> signal;
  std::string log;
  ConnectionOf<TypeParam> self;
  BlockerOf<TypeParam> blocker;
  self = signal.connect([&](Tick const&) {
    blocker = TypeParam::block(self);
    log += 'x';
  });
  signal.connect(writes('a', log));
  EXPECT_EQ(emitted(signal, log), "xa");
  EXPECT_EQ(emitted(signal, log), "a");
  blocker.unblock();
  EXPECT_EQ(emitted(signal, log), "xa");
}

}  // namespace
}  // namespace sferic::test
