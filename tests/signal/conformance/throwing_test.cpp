// Slots that throw, and handlers that throw while they are connected.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
class Throwing : public ::testing::Test {};
TYPED_TEST_SUITE(Throwing, Sides, SideNames);

struct Failure {
  int code;
};

[[noreturn]] void fail(Tick const& tick) { throw Failure{tick.value}; }

TYPED_TEST(Throwing, EndsTheEmissionAndLeavesItUnchanged) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect(writes('a', log));
  signal.connect(&fail);
  signal.connect(writes('z', log));
  try {
    signal.emit({42});
    FAIL() << "nothing was thrown";
  } catch (Failure const& failure) {
    EXPECT_EQ(failure.code, 42);
  }
  EXPECT_EQ(log, "a");
}

TYPED_TEST(Throwing, LeavesTheSignalAsItWas) {
  SignalOf<TypeParam> signal;
  std::string log;
  ConnectionOf<TypeParam> const failing = signal.connect(&fail);
  signal.connect(writes('z', log));
  for (int i = 0; i < 3; ++i) EXPECT_THROW(signal.emit({}), Failure);
  EXPECT_TRUE(failing.connected());
  EXPECT_EQ(signal.slot_count(), 2u);
  failing.disconnect();
  EXPECT_EQ(emitted(signal, log), "z");
}

TYPED_TEST(Throwing, InAnInnerEmissionCanBeCaughtInTheOuterOne) {
  SignalOf<TypeParam> signal;
  std::string log;
  signal.connect([&](Tick const& tick) {
    if (tick.value == 0) fail(tick);
    EXPECT_THROW(signal.emit({tick.value - 1}), Failure);
    log += 'c';
  });
  signal.connect(writes('z', log));
  signal.emit({1});
  EXPECT_EQ(log, "cz");
}

TYPED_TEST(Throwing, KeepsNoCapturesOfASlotThatEndedItselfBefore) {
  std::atomic<int> living{0};
  SignalOf<TypeParam> signal;
  ConnectionOf<TypeParam> self;
  self = signal.connect([&, counted = Counted(living)](Tick const& tick) {
    self.disconnect();
    EXPECT_EQ(living, 1);
    fail(tick);
  });
  EXPECT_THROW(signal.emit({}), Failure);
  EXPECT_EQ(living, 0);
}

TYPED_TEST(Throwing, LetsGoOfATrackedOwner) {
  SignalOf<TypeParam> signal;
  auto owner = std::make_shared<int>(1);
  std::weak_ptr<int> const watch = owner;
  TypeParam::connect_tracked(signal, [&](Tick const& tick) {
    owner.reset();
    fail(tick);
  }, owner);
  EXPECT_THROW(signal.emit({}), Failure);
  EXPECT_TRUE(watch.expired());
  EXPECT_TRUE(signal.empty());
}

TYPED_TEST(Throwing, WhileAHandlerIsCopiedInConnectsNothing) {
  struct ThrowsOnCopy {
    ThrowsOnCopy() = default;
    ThrowsOnCopy(ThrowsOnCopy const&) { throw Failure{1}; }
    void operator()(Tick const&) const {}
  };
  SignalOf<TypeParam> signal;
  ThrowsOnCopy const handler;
  EXPECT_THROW(signal.connect(handler), Failure);
  EXPECT_TRUE(signal.empty());
  signal.emit({});
}

}  // namespace
}  // namespace sferic::test
