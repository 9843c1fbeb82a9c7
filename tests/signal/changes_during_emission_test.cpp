// Contract 2: what is connected, disconnected and blocked while the signal emits.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

TEST(Signal, ASlotConnectedDuringAnEmissionIsFirstCalledInTheNextOne) {
  Signal<Tick> signal;
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

TEST(Signal, ASlotConnectedIntoAnEarlierOrderDuringAnEmissionWaitsForTheNextOneToo) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(writes('a', log));
  signal.connect([&](Tick const& tick) {
    if (tick.value == 1) signal.connect(writes('e', log), Order::kEarly);
    log += 'z';
  }, Order::kLate);
  signal.emit({1});
  EXPECT_EQ(log, "az");
  EXPECT_EQ(emitted(signal, log), "eaz");
}

TEST(Signal, ANestedEmissionIsANextOneForANewSlot) {
  Signal<Tick> signal;
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

TEST(Signal, ASlotThatDisconnectsItselfIsNotCalledAgainAndNoOtherIsSkipped) {
  Signal<Tick> signal;
  std::string log;
  Connection self;
  signal.connect(writes('a', log));
  self = signal.connect([&](Tick const&) {
    log += 'x';
    self.disconnect();
  });
  signal.connect(writes('b', log));
  signal.connect(writes('c', log));
  EXPECT_EQ(emitted(signal, log), "axbc");
  EXPECT_EQ(emitted(signal, log), "abc");
}

TEST(Signal, AllSlotsMayDisconnectThemselvesInOneEmission) {
  Signal<Tick> signal;
  std::string log;
  std::vector<Connection> connections(200);
  for (auto& own : connections) {
    own = signal.connect([&](Tick const&) {
      log += '.';
      own.disconnect();
    });
  }
  EXPECT_EQ(emitted(signal, log), std::string(200, '.'));
  EXPECT_TRUE(signal.empty());
  EXPECT_EQ(emitted(signal, log), "");
}

TEST(Signal, ASlotThatAnotherDisconnectsIsNotCalledAnyMoreAndNoOtherIsSkipped) {
  Signal<Tick> signal;
  std::string log;
  Connection earlier = signal.connect(writes('e', log));
  Connection later;
  signal.connect([&](Tick const&) {
    log += 'x';
    later.disconnect();
    earlier.disconnect();
  });
  later = signal.connect(writes('l', log));
  signal.connect(writes('a', log));
  signal.connect(writes('b', log));
  EXPECT_EQ(emitted(signal, log), "exab");
  EXPECT_EQ(emitted(signal, log), "xab");
}

TEST(Signal, ASlotMayDisconnectAllTheRest) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(writes('a', log));
  signal.connect([&](Tick const&) {
    log += 'x';
    signal.disconnect_all();
  });
  signal.connect(writes('b', log));
  signal.connect(writes('z', log), Order::kLast);
  EXPECT_EQ(emitted(signal, log), "ax");
  EXPECT_EQ(emitted(signal, log), "");
}

TEST(Signal, ASlotMayDisconnectAnOrderThatIsStillToCome) {
  Signal<Tick> signal;
  std::string log;
  signal.connect([&](Tick const&) { signal.disconnect(Order::kLate); });
  signal.connect(writes('l', log), Order::kLate);
  signal.connect(writes('z', log), Order::kLast);
  EXPECT_EQ(emitted(signal, log), "z");
}

TEST(Signal, ASlotThatBlocksItselfFinishesItsCall) {
  Signal<Tick> signal;
  std::string log;
  Connection self;
  Blocker blocker;
  self = signal.connect([&](Tick const&) {
    blocker = self.block();
    log += 'x';
  });
  signal.connect(writes('a', log));
  EXPECT_EQ(emitted(signal, log), "xa");
  EXPECT_EQ(emitted(signal, log), "a");
  blocker.unblock();
  EXPECT_EQ(emitted(signal, log), "xa");
}

TEST(Signal, ASlotThatAnotherBlocksIsNotCalledAnyMoreAndNoOtherIsSkipped) {
  Signal<Tick> signal;
  std::string log;
  Connection victim;
  Blocker blocker;
  signal.connect([&](Tick const&) { blocker = victim.block(); });
  victim = signal.connect(writes('v', log));
  signal.connect(writes('a', log));
  EXPECT_EQ(emitted(signal, log), "a");
}

TEST(Signal, ASlotThatIsUnblockedDuringAnEmissionIsCalledInIt) {
  Signal<Tick> signal;
  std::string log;
  Connection later;
  Blocker blocker;
  signal.connect([&](Tick const&) { blocker.unblock(); });
  later = signal.connect(writes('l', log));
  blocker = later.block();
  EXPECT_EQ(emitted(signal, log), "l");
}

TEST(Signal, BlockingReachesAnEmissionWhosePlanIsOutOfDate) {
  Signal<Tick> signal;
  std::string log;
  Connection victim;
  Blocker blocker;
  signal.connect([&](Tick const& tick) {
    if (tick.value != 1) return;
    signal.connect(writes('n', log));
    signal.emit({});  // compiles a plan; the outer emission goes on with the one before
    log += '|';
    blocker = victim.block();
  });
  victim = signal.connect(writes('v', log));
  signal.emit({1});
  EXPECT_EQ(log, "vn|");
}

TEST(Signal, DisconnectingReachesOuterAndInnerEmissions) {
  Signal<Tick> signal;
  std::string log;
  Connection victim;
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

TEST(Signal, ASlotConnectedAndDisconnectedInOneEmissionIsNeverCalled) {
  Signal<Tick> signal;
  std::string log;
  signal.connect([&](Tick const&) { signal.connect(writes('n', log)).disconnect(); });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(emitted(signal, log), "");
  EXPECT_EQ(signal.slot_count(), 1u);
}

TEST(Signal, TheFirstEmissionOfASignalObeysTheSameRules) {
  for (bool const warm : {false, true}) {
    Signal<Tick> signal;
    std::string log;
    Connection victim;
    signal.connect([&](Tick const& tick) {
      if (tick.value == 0) return;
      victim.disconnect();
      signal.connect(writes('n', log));
    });
    victim = signal.connect(writes('v', log));
    signal.connect(writes('a', log));
    if (warm) signal.emit({});
    log.clear();
    signal.emit({1});
    EXPECT_EQ(log, "a");
    EXPECT_EQ(emitted(signal, log), "an");
  }
}

}  // namespace
}  // namespace sferic::test
