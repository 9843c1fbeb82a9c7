// What can be a slot, and what it gets.

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
class Calling : public ::testing::Test {};
TYPED_TEST_SUITE(Calling, Sides, SideNames);

int sum_of_ticks = 0;
void add(Tick const& tick) { sum_of_ticks += tick.value; }
int add_scaled(int factor, Tick const& tick) { return sum_of_ticks += factor * tick.value; }

struct Accumulator {
  int sum = 0;
  void operator()(Tick const& tick) { sum += tick.value; }
  void add(Tick const& tick) { sum += tick.value; }
};

TYPED_TEST(Calling, ASignalWithoutSlotsDoesNothing) {
  SignalOf<TypeParam> const signal;
  signal.emit({});
  EXPECT_TRUE(signal.empty());
  EXPECT_EQ(signal.slot_count(), 0u);
}

TYPED_TEST(Calling, EachSlotGetsTheEmittedObjectItself) {
  SignalOf<TypeParam> signal;
  Tick const* seen = nullptr;
  signal.connect([&](Tick const& tick) { seen = &tick; });
  Tick const tick{42};
  signal.emit(tick);
  EXPECT_EQ(seen, &tick);
}

TYPED_TEST(Calling, AnEventMayHandOverSomethingToChange) {
  struct Change {
    int& value;
  };
  SignalOf<TypeParam, Change> signal;
  signal.connect([](Change const& change) { ++change.value; });
  int value = 0;
  signal.emit({value});
  EXPECT_EQ(value, 1);
}

TYPED_TEST(Calling, FunctionsAndBoundFunctionsMayBeSlots) {
  SignalOf<TypeParam> signal;
  Accumulator accumulator;
  sum_of_ticks = 0;
  signal.connect(&add);
  signal.connect(std::bind(&add_scaled, 10, std::placeholders::_1));
  signal.connect(std::bind(&Accumulator::add, &accumulator, std::placeholders::_1));
  signal.emit({3});
  EXPECT_EQ(sum_of_ticks, 33);
  EXPECT_EQ(accumulator.sum, 3);
}

TYPED_TEST(Calling, AHandlerIsCopiedUnlessItIsConnectedByReference) {
  SignalOf<TypeParam> signal;
  Accumulator copied;
  Accumulator referred;
  signal.connect(copied);
  {
    ScopedConnectionOf<TypeParam> const scoped = signal.connect(std::ref(referred));
    EXPECT_EQ(referred.sum, 0);
    signal.emit({1});
  }
  signal.emit({1});
  EXPECT_EQ(copied.sum, 0);
  EXPECT_EQ(referred.sum, 1);
}

TYPED_TEST(Calling, AHandlerKeepsItsStateBetweenEmissions) {
  SignalOf<TypeParam> signal;
  int last = 0;
  signal.connect([&last, calls = 0](Tick const&) mutable { last = ++calls; });
  for (int i = 0; i < 3; ++i) signal.emit({});
  EXPECT_EQ(last, 3);
}

TYPED_TEST(Calling, AHandlerIsCalledAsNonConstEvenThroughAConstSignal) {
  struct Constness {
    std::string& log;
    void operator()(Tick const&) { log += 'm'; }
    void operator()(Tick const&) const { log += 'c'; }
  };
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect(Constness{log});
  SignalOf<TypeParam> const& unchanging = signal;
  EXPECT_EQ(emitted(signal, log), "m");
  EXPECT_EQ(emitted(unchanging, log), "m");
}

TYPED_TEST(Calling, OneHandlerConnectedTwiceIsCalledTwice) {
  SignalOf<TypeParam> signal;
  std::string log;
  auto const handler = writes('a', log);
  signal.connect(handler);
  signal.connect(handler);
  EXPECT_EQ(emitted(signal, log), "aa");
}

TYPED_TEST(Calling, WhatAHandlerReturnsIsIgnored) {
  SignalOf<TypeParam> signal;
  int calls = 0;
  signal.connect([&](auto const&) { return ++calls; });
  signal.emit({});
  EXPECT_EQ(calls, 1);
}

TYPED_TEST(Calling, ASlotMayEmitAnotherSignal) {
  SignalOf<TypeParam> outer;
  std::string log;
  outer.connect(writes('a', log));
  {
    SignalOf<TypeParam> inner;
    ScopedConnectionOf<TypeParam> const bridge =
        outer.connect([&inner](Tick const& tick) { inner.emit(tick); });
    inner.connect(writes('b', log));
    inner.connect(writes('c', log));
    EXPECT_EQ(emitted(inner, log), "bc");
    EXPECT_EQ(emitted(outer, log), "abc");
  }
  EXPECT_EQ(emitted(outer, log), "a");
}

}  // namespace
}  // namespace sferic::test
