// Contract 4: a slot that throws.

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

struct Failure : std::runtime_error {
  explicit Failure(int number) : std::runtime_error("failure"), code(number) {}
  int code;
};

[[noreturn]] void fail(Tick const& tick) { throw Failure(tick.value); }

TEST(SignalException, EndsTheEmissionAndLeavesEmitUnchanged) {
  Signal<Tick> signal;
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

TEST(SignalException, LeavesTheSignalAsItWas) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(writes('a', log));
  Connection const failing = signal.connect(&fail);
  signal.connect(writes('z', log));
  for (int i = 0; i < 3; ++i) EXPECT_THROW(signal.emit({}), Failure);
  EXPECT_EQ(signal.slot_count(), 3u);
  EXPECT_TRUE(failing.connected());
  failing.disconnect();
  EXPECT_EQ(emitted(signal, log), "az");
}

TEST(SignalException, DoesNotKeepCapturesAlive) {
  std::atomic<int> living{0};
  {
    Signal<Tick> signal;
    Connection self;
    self = signal.connect([&, counted = Counted(living)](Tick const& tick) {
      self.disconnect();
      fail(tick);
    });
    signal.connect(Counted::held(living));
    EXPECT_EQ(living, 2);
    EXPECT_THROW(signal.emit({}), Failure);
    EXPECT_EQ(living, 1) << "what was disconnected is released as the exception leaves";
    signal.emit({});
  }
  EXPECT_EQ(living, 0);
}

TEST(SignalException, CanBeCaughtInTheOuterEmissionWhichGoesOn) {
  Signal<Tick> signal;
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

TEST(SignalException, LeavesAllNestedEmissionsIfNobodyCatchesIt) {
  Signal<Tick> signal;
  std::string log;
  signal.connect([&](Tick const& tick) {
    if (tick.value == 0) fail(tick);
    signal.emit({tick.value - 1});
  });
  signal.connect(writes('z', log));
  EXPECT_THROW(signal.emit({5}), Failure);
  EXPECT_EQ(log, "");
}

TEST(SignalException, AfterTheSignalWasDestroyedStillArrives) {
  std::atomic<int> living{0};
  auto signal = std::make_unique<Signal<Tick>>();
  signal->connect([&, counted = Counted(living)](Tick const& tick) {
    signal.reset();
    fail(tick);
  });
  signal->connect(Counted::held(living));
  EXPECT_THROW(signal->emit({}), Failure);
  EXPECT_EQ(living, 0);
}

TEST(SignalException, FromAPredicateIsLikeOneFromTheHandler) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(when([](Tick const& tick) -> bool { fail(tick); }), writes('a', log));
  signal.connect(writes('b', log));
  EXPECT_THROW(signal.emit({}), Failure);
  EXPECT_EQ(log, "");
}

TEST(SignalException, WhileAHandlerIsMovedInConnectsNothing) {
  struct ThrowsOnCopy {
    ThrowsOnCopy() = default;
    ThrowsOnCopy(ThrowsOnCopy const&) { throw Failure(1); }
    void operator()(Tick const&) const {}
  };
  Signal<Tick> signal;
  ThrowsOnCopy const handler;
  EXPECT_THROW(signal.connect(handler), Failure);
  EXPECT_TRUE(signal.empty());
  signal.emit({});
}

TEST(SignalException, OfAnyTypePassesThrough) {
  Signal<Tick> signal;
  signal.connect([](Tick const&) { throw 7; });
  EXPECT_THROW(signal.emit({}), int);
}

}  // namespace
}  // namespace sferic::test
