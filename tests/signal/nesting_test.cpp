// Contract 3: nested emission, and slots that destroy what is emitting.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

TEST(Signal, ASlotMayEmitItsSignalAgain) {
  Signal<Tick> signal;
  std::string log;
  signal.connect([&](Tick const& tick) {
    log += static_cast<char>('0' + tick.value);
    if (tick.value > 0) signal.emit({tick.value - 1});
  });
  signal.connect([&](Tick const& tick) { log += static_cast<char>('a' + tick.value); });
  signal.emit({3});
  EXPECT_EQ(log, "3210abcd");
}

TEST(Signal, EmissionsNestDeeply) {
  Signal<Tick> signal;
  int calls = 0;
  signal.connect([&](Tick const& tick) {
    ++calls;
    if (tick.value > 0) signal.emit({tick.value - 1});
  });
  signal.emit({200});
  signal.emit({200});
  EXPECT_EQ(calls, 402);
}

TEST(Signal, SignalsMayEmitEachOther) {
  Signal<Tick> ping;
  Signal<Tick> pong;
  std::string log;
  ping.connect([&](Tick const& tick) {
    log += 'i';
    if (tick.value > 0) pong.emit({tick.value - 1});
  });
  pong.connect([&](Tick const& tick) {
    log += 'o';
    if (tick.value > 0) ping.emit({tick.value - 1});
  });
  ping.emit({4});
  EXPECT_EQ(log, "ioioi");
}

TEST(Signal, ASlotMayDestroyItsSignal) {
  auto signal = std::make_unique<Signal<Tick>>();
  std::string log;
  signal->connect([&](Tick const&) {
    log += 'x';
    signal.reset();
    log += 'y';
  });
  signal->emit({});
  EXPECT_EQ(log, "xy");
}

TEST(Signal, TheSlotsAfterOneThatDestroysTheSignalAreNotCalled) {
  std::atomic<int> living{0};
  auto signal = std::make_unique<Signal<Tick>>();
  std::string log;
  signal->connect(writes('a', log), Order::kEarly);
  Connection const self = signal->connect([&, counted = Counted(living)](Tick const&) {
    signal.reset();
    EXPECT_EQ(living, 1) << "the running handler keeps its captures";
    log += 'x';
  });
  Connection const rest = signal->connect(writes('z', log));
  signal->connect(writes('z', log), Order::kLast);
  signal->emit({});
  EXPECT_EQ(log, "ax");
  EXPECT_EQ(living, 0);
  EXPECT_FALSE(self.connected() || rest.connected());
}

TEST(Signal, ANestedSlotMayDestroyTheSignalOfAllEmissions) {
  for (bool const warm : {false, true}) {
    std::atomic<int> living{0};
    auto signal = std::make_unique<Signal<Tick>>();
    std::string log;
    signal->connect([&, counted = Counted(living)](Tick const& tick) {
      if (tick.value == 0) return;
      log += static_cast<char>('0' + tick.value);
      if (tick.value > 1) return signal->emit({tick.value - 1});
      signal.reset();
    });
    signal->connect(Counted::held(living));
    signal->connect([&](Tick const& tick) {
      if (tick.value > 0) log += 'z';
    });
    if (warm) signal->emit({});
    signal->emit({3});
    EXPECT_EQ(log, "321");
    EXPECT_EQ(living, 0);
  }
}

TEST(Signal, ASlotMayReplaceItsSignalByANewOneAtTheSamePlace) {
  std::optional<Signal<Tick>> signal(std::in_place);
  std::string log;
  signal->connect([&](Tick const&) {
    signal.emplace();
    signal->connect(writes('n', log));
    signal->emit({});
    log += '|';
  });
  signal->connect(writes('z', log));
  signal->emit({});
  EXPECT_EQ(log, "n|");
}

TEST(Signal, ASlotMayMoveItsSignalAwayAndTheEmissionGoesOn) {
  Signal<Tick> signal;
  Signal<Tick> other;
  std::string log;
  Connection victim;
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

TEST(Signal, ASlotMayDestroyTheObjectsThatOwnOtherSlots) {
  struct Listener {
    ScopedConnection connection;
  };
  Signal<Tick> signal;
  std::string log;
  auto before = std::make_unique<Listener>();
  auto after = std::make_unique<Listener>();
  before->connection = signal.connect(writes('b', log));
  signal.connect([&](Tick const&) {
    before.reset();
    after.reset();
  });
  after->connection = signal.connect(writes('c', log));
  signal.connect(writes('z', log));
  EXPECT_EQ(emitted(signal, log), "bz");
}

TEST(Signal, ASlotMayDestroyTheObjectThatOwnsItself) {
  struct Listener {
    ScopedConnection connection;
  };
  Signal<Tick> signal;
  std::string log;
  auto self = std::make_unique<Listener>();
  self->connection = signal.connect([&, alive = std::string("still here")](Tick const&) {
    self.reset();
    log += alive;
  });
  signal.emit({});
  EXPECT_EQ(log, "still here");
  EXPECT_TRUE(signal.empty());
}

TEST(Signal, ASignalMayBeOwnedByItsOwnSlot) {
  auto signal = std::make_shared<Signal<Tick>>();
  std::weak_ptr<Signal<Tick>> const watch = signal;
  auto& borrowed = *signal;
  borrowed.connect([signal = std::move(signal)](Tick const&) {});
  borrowed.connect([](Tick const&) {}, Order::kLate);
  borrowed.emit({});
  borrowed.disconnect_all();  // releases the signal while it disconnects
  EXPECT_TRUE(watch.expired());
}

TEST(Signal, ASignalOwnedByItsOwnSlotMayEndInItsEmission) {
  auto signal = std::make_shared<Signal<Tick>>();
  std::weak_ptr<Signal<Tick>> const watch = signal;
  auto& borrowed = *signal;
  auto self = std::make_shared<Connection>();
  *self = borrowed.connect([signal = std::move(signal), self](Tick const&) { self->disconnect(); });
  borrowed.emit({});
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace sferic::test
