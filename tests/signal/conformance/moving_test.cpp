// Signals that are moved, assigned and swapped.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <type_traits>
#include <utility>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
class Moving : public ::testing::Test {};
TYPED_TEST_SUITE(Moving, Sides, SideNames);

TYPED_TEST(Moving, TakesTheConnectionsAlong) {
  SignalOf<TypeParam> old;
  std::string log;
  ConnectionOf<TypeParam> const a = old.connect(writes('a', log));
  ConnectionOf<TypeParam> const b = old.connect(writes('b', log));
  EXPECT_EQ(emitted(old, log), "ab");
  SignalOf<TypeParam> signal(std::move(old));
  EXPECT_EQ(emitted(signal, log), "ab");
  a.disconnect();
  auto const blocker = TypeParam::block(b);
  signal.connect(writes('c', log));
  EXPECT_EQ(emitted(signal, log), "c");
}

TYPED_TEST(Moving, IntoASignalEndsTheConnectionsItHad) {
  std::atomic<int> living{0};
  SignalOf<TypeParam> signal;
  SignalOf<TypeParam> other;
  std::string log;
  ConnectionOf<TypeParam> const lost = signal.connect(Counted::held(living));
  ConnectionOf<TypeParam> const kept = other.connect(writes('b', log));
  signal = std::move(other);
  EXPECT_FALSE(lost.connected());
  EXPECT_TRUE(kept.connected());
  EXPECT_EQ(living, 0);
  EXPECT_EQ(emitted(signal, log), "b");
}

TYPED_TEST(Moving, IntoItselfChangesNothing) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect(writes('a', log));
  auto& same = signal;
  signal = std::move(same);
  EXPECT_EQ(emitted(signal, log), "a");
}

TYPED_TEST(Moving, OfAnEmptySignalClears) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect(writes('a', log));
  signal = SignalOf<TypeParam>();
  EXPECT_TRUE(signal.empty());
  EXPECT_EQ(emitted(signal, log), "");
}

TYPED_TEST(Moving, BackIntoAMovedFromSignalRestoresIt) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect(writes('a', log));
  SignalOf<TypeParam> other(std::move(signal));
  signal = std::move(other);
  EXPECT_EQ(emitted(signal, log), "a");
}

TYPED_TEST(Moving, SwapsTwoSignals) {
  using std::swap;
  SignalOf<TypeParam> one;
  SignalOf<TypeParam> other;
  std::string log;
  one.connect(writes('1', log));
  other.connect(writes('2', log));
  swap(one, other);
  EXPECT_EQ(emitted(one, log), "2");
  EXPECT_EQ(emitted(other, log), "1");
  swap(one, other);
  EXPECT_EQ(emitted(one, log), "1");
  EXPECT_EQ(emitted(other, log), "2");
}

TYPED_TEST(Moving, IsTheOnlyWayToHandASignalOver) {
  EXPECT_FALSE(std::is_copy_constructible_v<SignalOf<TypeParam>>);
  EXPECT_FALSE(std::is_copy_assignable_v<SignalOf<TypeParam>>);
}

}  // namespace
}  // namespace sferic::test
