// Connections and scoped connections: what they know, swapping, releasing, assigning.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
class Connecting : public ::testing::Test {};
TYPED_TEST_SUITE(Connecting, Sides, SideNames);

void nothing(Tick const&) {}

TYPED_TEST(Connecting, AConnectionIsConnectedUntilItIsDisconnectedWhichMayHappenAgain) {
  SignalOf<TypeParam> signal;
  ConnectionOf<TypeParam> const connection = signal.connect(&nothing);
  EXPECT_TRUE(connection.connected());
  EXPECT_FALSE(connection.blocked());
  connection.disconnect();
  EXPECT_FALSE(connection.connected());
  connection.disconnect();
  EXPECT_TRUE(signal.empty());
}

TYPED_TEST(Connecting, ADefaultConnectionNamesNoSlot) {
  ConnectionOf<TypeParam> const none;
  none.disconnect();
  EXPECT_FALSE(none.connected());
  EXPECT_TRUE(none == ConnectionOf<TypeParam>());
}

TYPED_TEST(Connecting, CopiesNameTheSameSlot) {
  SignalOf<TypeParam> signal;
  ConnectionOf<TypeParam> const one = signal.connect(&nothing);
  ConnectionOf<TypeParam> const copy = one;
  ConnectionOf<TypeParam> const other = signal.connect(&nothing);
  EXPECT_TRUE(one == copy);
  EXPECT_TRUE(one != other);
  EXPECT_TRUE(one != ConnectionOf<TypeParam>());
  copy.disconnect();
  EXPECT_FALSE(one.connected());
  EXPECT_TRUE(other.connected());
}

TYPED_TEST(Connecting, DroppingAConnectionLeavesTheSlotConnected) {
  SignalOf<TypeParam> signal;
  {
    ConnectionOf<TypeParam> const dropped = signal.connect(&nothing);
  }
  EXPECT_EQ(signal.slot_count(), 1u);
}

template <class AnyConnection, class AnySignal>
void swaps_both_ways(AnySignal& signal) {
  using std::swap;
  AnyConnection one = signal.connect(&nothing);
  AnyConnection other;
  EXPECT_TRUE(one.connected());
  EXPECT_FALSE(other.connected());
  swap(one, other);
  EXPECT_FALSE(one.connected());
  EXPECT_TRUE(other.connected());
  swap(one, other);
  EXPECT_TRUE(one.connected());
  EXPECT_FALSE(other.connected());
}

TYPED_TEST(Connecting, ConnectionsSwap) {
  SignalOf<TypeParam> signal;
  swaps_both_ways<ConnectionOf<TypeParam>>(signal);
  EXPECT_EQ(signal.slot_count(), 1u);
}

TYPED_TEST(Connecting, ScopedConnectionsSwapWithoutEndingAnything) {
  SignalOf<TypeParam> signal;
  swaps_both_ways<ScopedConnectionOf<TypeParam>>(signal);
  EXPECT_TRUE(signal.empty());
}

TYPED_TEST(Connecting, AScopedConnectionEndsItsSlot) {
  SignalOf<TypeParam> signal;
  {
    ScopedConnectionOf<TypeParam> const scoped = signal.connect(&nothing);
    EXPECT_TRUE(scoped.connected());
  }
  EXPECT_TRUE(signal.empty());
}

TYPED_TEST(Connecting, AssigningAScopedConnectionEndsTheOneItHad) {
  SignalOf<TypeParam> signal;
  std::string log;
  {
    ScopedConnectionOf<TypeParam> scoped = signal.connect(writes('a', log));
    EXPECT_EQ(emitted(signal, log), "a");
    scoped = signal.connect(writes('b', log));
    EXPECT_EQ(emitted(signal, log), "b");
  }
  EXPECT_EQ(emitted(signal, log), "");
}

TYPED_TEST(Connecting, AMovedScopedConnectionEndsItsSlotOnce) {
  SignalOf<TypeParam> signal;
  ScopedConnectionOf<TypeParam> old = signal.connect(&nothing);
  {
    ScopedConnectionOf<TypeParam> const scoped = std::move(old);
    EXPECT_FALSE(old.connected());  // NOLINT(bugprone-use-after-move): it holds nothing
    EXPECT_TRUE(scoped.connected());
  }
  EXPECT_TRUE(signal.empty());
}

TYPED_TEST(Connecting, AReleasedScopedConnectionEndsNothing) {
  SignalOf<TypeParam> signal;
  ConnectionOf<TypeParam> released;
  {
    ScopedConnectionOf<TypeParam> scoped = signal.connect(&nothing);
    released = scoped.release();
    EXPECT_FALSE(scoped.connected());
  }
  EXPECT_TRUE(released.connected());
}

TYPED_TEST(Connecting, AScopedConnectionEndsWhatItGetsAfterARelease) {
  SignalOf<TypeParam> signal;
  ConnectionOf<TypeParam> first;
  ConnectionOf<TypeParam> second;
  {
    ScopedConnectionOf<TypeParam> scoped = signal.connect(&nothing);
    first = scoped.release();
    second = signal.connect(&nothing);
    scoped = ConnectionOf<TypeParam>(second);
  }
  EXPECT_TRUE(first.connected());
  EXPECT_FALSE(second.connected());
}

TYPED_TEST(Connecting, ScopedConnectionsAreNotCopied) {
  EXPECT_FALSE(std::is_copy_constructible_v<ScopedConnectionOf<TypeParam>>);
  EXPECT_FALSE(std::is_copy_assignable_v<ScopedConnectionOf<TypeParam>>);
}

TYPED_TEST(Connecting, ConnectionsMayOutliveTheSignal) {
  auto signal = std::make_unique<SignalOf<TypeParam>>();
  ConnectionOf<TypeParam> const connection = signal->connect(&nothing);
  ScopedConnectionOf<TypeParam> const scoped = signal->connect(&nothing);
  signal.reset();
  EXPECT_FALSE(connection.connected());
  EXPECT_FALSE(scoped.connected());
  connection.disconnect();
}

}  // namespace
}  // namespace sferic::test
