#include <sferic/signal/signal.hpp>

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

TEST(Signal, EmittingWithoutSlotsDoesNothing) {
  Signal<Tick> const signal;
  signal.emit({});
  EXPECT_TRUE(signal.empty());
}

TEST(Signal, EachSlotGetsTheEmittedObjectItself) {
  Signal<Tick> signal;
  Tick const* seen = nullptr;
  signal.connect([&](Tick const& tick) { seen = &tick; });
  Tick const tick{42};
  signal.emit(tick);
  EXPECT_EQ(seen, &tick);
}

TEST(Signal, SlotsOfOneOrderAreCalledAsTheyWereConnected) {
  Signal<Tick> signal;
  std::string log;
  for (char const letter : std::string("abcdef")) signal.connect(writes(letter, log));
  EXPECT_EQ(emitted(signal, log), "abcdef");
}

TEST(Signal, OrdersAreCalledEarlyNormalLateLast) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(writes('g', log), Order::kLast);
  signal.connect(writes('e', log), Order::kLate);
  signal.connect(writes('c', log));
  signal.connect(writes('a', log), Order::kEarly);
  signal.connect(writes('d', log), Order::kNormal);
  signal.connect(writes('h', log), Order::kLast);
  signal.connect(writes('b', log), Order::kEarly);
  signal.connect(writes('f', log), Order::kLate);
  EXPECT_EQ(emitted(signal, log), "abcdefgh");
}

TEST(Signal, ASlotThatComesBackIsCalledLastOfItsOrder) {
  Signal<Tick> signal;
  std::string log;
  Connection const a = signal.connect(writes('a', log));
  signal.connect(writes('b', log));
  signal.connect(writes('z', log), Order::kLate);
  a.disconnect();
  signal.connect(writes('a', log));
  EXPECT_EQ(emitted(signal, log), "baz");
}

TEST(Signal, OneHandlerConnectedTwiceIsCalledTwice) {
  Signal<Tick> signal;
  std::string log;
  auto const handler = writes('a', log);
  signal.connect(handler);
  signal.connect(handler);
  EXPECT_EQ(emitted(signal, log), "aa");
}

TEST(Signal, HandlersMayBeMoveOnly) {
  Signal<Tick> signal;
  int sum = 0;
  signal.connect(
      [&sum, base = std::make_unique<int>(40)](Tick const& tick) { sum = *base + tick.value; });
  signal.emit({2});
  EXPECT_EQ(sum, 42);
}

TEST(Signal, AHandlerKeepsItsStateBetweenEmissions) {
  Signal<Tick> signal;
  int last = 0;
  signal.connect([&last, calls = 0](Tick const&) mutable { last = ++calls; });
  for (int i = 0; i < 3; ++i) signal.emit({});
  EXPECT_EQ(last, 3);
}

TEST(Signal, AHandlerMayBeLargeOrAFunction) {
  Signal<Tick> signal;
  static int sum = 0;
  sum = 0;
  std::array<int, 1000> numbers{};
  numbers.back() = 1;
  signal.connect([numbers](Tick const&) { sum += numbers.back(); });
  signal.connect(+[](Tick const& tick) { sum += tick.value; });
  signal.emit({2});
  EXPECT_EQ(sum, 3);
}

struct HandlerWithBind {
  bool* bound;
  void operator()(Tick const&) const {}
  void bind(auto const&) const { *bound = true; }
};

TEST(Signal, AHandlersOwnBindIsLeftAlone) {
  bool bound = false;
  Signal<Tick> signal;
  signal.connect(HandlerWithBind{&bound});
  signal.emit({});
  EXPECT_FALSE(bound);
}

TEST(Signal, AnEmptyFunctionIsRefused) {
  Signal<Tick> signal;
  void (*const null)(Tick const&) = nullptr;
  EXPECT_THROW(signal.connect(null), std::invalid_argument);
  EXPECT_THROW(signal.connect(std::function<void(Tick const&)>()), std::invalid_argument);
  EXPECT_THROW(signal.connect(every(2), null), std::invalid_argument);
  EXPECT_TRUE(signal.empty());
}

TEST(Signal, AHandlerMayReturnSomethingAndTakeAnything) {
  Signal<Tick> signal;
  int value = 0;
  signal.connect([&](auto const& tick) { return value = tick.value; });
  signal.emit({7});
  EXPECT_EQ(value, 7);
}

TEST(Signal, SlotCountCountsBlockedSlotsAndNotDisconnectedOnes) {
  Signal<Tick> signal;
  int calls = 0;
  Connection const first = signal.connect(counts(calls));
  Connection const second = signal.connect(counts(calls), Order::kLate);
  Blocker const blocker = first.block();
  EXPECT_EQ(signal.slot_count(), 2u);
  second.disconnect();
  EXPECT_EQ(signal.slot_count(), 1u);
  first.disconnect();
  EXPECT_TRUE(signal.empty());
}

TEST(Signal, OneOrderCanBeDisconnected) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(writes('a', log), Order::kEarly);
  Connection const b = signal.connect(writes('b', log));
  Connection const c = signal.connect(writes('c', log));
  signal.connect(writes('d', log), Order::kLate);
  signal.disconnect(Order::kNormal);
  EXPECT_FALSE(b.connected() || c.connected());
  EXPECT_EQ(emitted(signal, log), "ad");
}

TEST(Signal, AllSlotsCanBeDisconnectedAndOthersConnectedAfterwards) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(writes('a', log), Order::kEarly);
  signal.connect(writes('b', log));
  signal.disconnect_all();
  EXPECT_TRUE(signal.empty());
  EXPECT_EQ(emitted(signal, log), "");
  signal.connect(writes('c', log));
  EXPECT_EQ(emitted(signal, log), "c");
}

TEST(Signal, DisconnectingASignalThatNeverHadASlotDoesNothing) {
  Signal<Tick> signal;
  signal.disconnect_all();
  signal.disconnect(Order::kLate);
  EXPECT_TRUE(signal.empty());
}

TEST(Signal, SignalsAreIndependent) {
  Signal<Tick> one;
  Signal<Tick> other;
  std::string log;
  one.connect(writes('a', log));
  other.connect(writes('b', log));
  EXPECT_EQ(emitted(one, log), "a");
  EXPECT_EQ(emitted(other, log), "b");
}

TEST(Signal, AMovedSignalTakesItsConnectionsAlong) {
  Signal<Tick> old;
  std::string log;
  Connection const a = old.connect(writes('a', log));
  Connection const b = old.connect(writes('b', log));
  Signal<Tick> signal = std::move(old);
  EXPECT_EQ(emitted(signal, log), "ab");
  EXPECT_EQ(emitted(old, log), "");  // NOLINT(bugprone-use-after-move): it is empty
  a.disconnect();
  EXPECT_EQ(emitted(signal, log), "b");
  Blocker const blocker = b.block();
  EXPECT_EQ(emitted(signal, log), "");
}

TEST(Signal, ASignalMovesWithACompiledPlanToo) {
  Signal<Tick> old;
  std::string log;
  old.connect(writes('a', log));
  EXPECT_EQ(emitted(old, log), "a");
  Signal<Tick> signal(std::move(old));
  signal.connect(writes('b', log));
  EXPECT_EQ(emitted(signal, log), "ab");
}

TEST(Signal, AMovedFromSignalCanBeUsedAgain) {
  Signal<Tick> old;
  std::string log;
  old.connect(writes('a', log));
  Signal<Tick> const signal(std::move(old));
  old.connect(writes('b', log));  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(emitted(old, log), "b");
  EXPECT_EQ(emitted(signal, log), "a");
}

TEST(Signal, AssigningASignalEndsTheConnectionsItHad) {
  std::atomic<int> living{0};
  Signal<Tick> signal;
  Signal<Tick> other;
  std::string log;
  Connection const lost = signal.connect(Counted::held(living));
  Connection const kept = other.connect(writes('b', log));
  signal = std::move(other);
  EXPECT_FALSE(lost.connected());
  EXPECT_TRUE(kept.connected());
  EXPECT_EQ(living, 0);
  EXPECT_EQ(emitted(signal, log), "b");
}

TEST(Signal, AssigningASignalToItselfChangesNothing) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(writes('a', log));
  auto& same = signal;
  signal = std::move(same);
  EXPECT_EQ(emitted(signal, log), "a");
}

TEST(Signal, AssigningAnEmptySignalClearsIt) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(writes('a', log));
  signal = Signal<Tick>();
  EXPECT_TRUE(signal.empty());
  EXPECT_EQ(emitted(signal, log), "");
}

}  // namespace
}  // namespace sferic::test
