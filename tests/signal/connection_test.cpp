#include <sferic/signal/connection.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

static_assert(std::is_copy_constructible_v<Connection>);
static_assert(!std::is_copy_constructible_v<ScopedConnection>);
static_assert(!std::is_copy_constructible_v<Subscription>);
static_assert(!std::is_copy_constructible_v<Blocker>);

TEST(Connection, NamesNoSlotByDefault) {
  Connection const none;
  none.disconnect();
  none.disconnect_and_wait();
  Blocker const blocker = none.block();
  EXPECT_FALSE(none.connected());
  EXPECT_FALSE(none.blocked());
}

TEST(Connection, DroppingItLeavesTheSlotConnected) {
  Signal<Tick> signal;
  std::string log;
  {
    Connection const dropped = signal.connect(writes('a', log));
  }
  EXPECT_EQ(emitted(signal, log), "a");
}

TEST(Connection, IsConnectedUntilItIsDisconnected) {
  Signal<Tick> signal;
  Connection const connection = signal.connect([](Tick const&) {});
  EXPECT_TRUE(connection.connected());
  connection.disconnect();
  EXPECT_FALSE(connection.connected());
  connection.disconnect();
  connection.disconnect_and_wait();
}

TEST(Connection, CopiesNameTheSameSlot) {
  Signal<Tick> signal;
  Connection const one = signal.connect([](Tick const&) {});
  Connection const copy = one;
  Connection const other = signal.connect([](Tick const&) {});
  EXPECT_EQ(one, copy);
  EXPECT_NE(one, other);
  EXPECT_NE(one, Connection());
  EXPECT_EQ(Connection(), Connection());
  copy.disconnect();
  EXPECT_FALSE(one.connected());
}

TEST(Connection, ComparesAsBeforeOnceTheSlotsAreGone) {
  auto signal = std::make_unique<Signal<Tick>>();
  Connection const one = signal->connect([](Tick const&) {});
  Connection const copy = one;
  Connection const other = signal->connect([](Tick const&) {});
  signal.reset();
  EXPECT_EQ(one, copy);
  EXPECT_NE(one, other);
  EXPECT_NE(one, Connection());
}

TEST(Connection, MayBeUsedAfterTheSignalsEnd) {
  auto signal = std::make_unique<Signal<Tick>>();
  Connection const connection = signal->connect([](Tick const&) {});
  Blocker blocker = connection.block();
  signal.reset();
  EXPECT_FALSE(connection.connected());
  EXPECT_FALSE(connection.blocked());
  Blocker const late = connection.block();
  blocker.unblock();
  connection.disconnect();
  connection.disconnect_and_wait();
}

TEST(Connection, DisconnectingAndWaitingInsideTheSlotDoesNotWaitForItself) {
  Signal<Tick> signal;
  std::string log;
  Connection self;
  self = signal.connect([&](Tick const&) {
    self.disconnect_and_wait();
    log += 'x';
  });
  EXPECT_EQ(emitted(signal, log), "x");
  EXPECT_EQ(emitted(signal, log), "");
}

TEST(Blocker, KeepsTheSlotFromBeingCalledWhileItLives) {
  Signal<Tick> signal;
  std::string log;
  Connection const a = signal.connect(writes('a', log));
  signal.connect(writes('b', log));
  {
    Blocker const blocker = a.block();
    EXPECT_TRUE(a.blocked());
    EXPECT_TRUE(a.connected());
    EXPECT_EQ(emitted(signal, log), "b");
  }
  EXPECT_FALSE(a.blocked());
  EXPECT_EQ(emitted(signal, log), "ab");
}

TEST(Blocker, SeveralNest) {
  Signal<Tick> signal;
  std::string log;
  Connection const a = signal.connect(writes('a', log));
  Blocker outer = a.block();
  Blocker inner = a.block();
  outer.unblock();
  outer.unblock();  // counts once
  EXPECT_TRUE(a.blocked());
  EXPECT_EQ(emitted(signal, log), "");
  inner.unblock();
  EXPECT_FALSE(a.blocked());
  EXPECT_EQ(emitted(signal, log), "a");
}

TEST(Blocker, MovesItsClaim) {
  Signal<Tick> signal;
  Connection const a = signal.connect([](Tick const&) {});
  Connection const b = signal.connect([](Tick const&) {});
  Blocker first = a.block();
  Blocker second = std::move(first);
  first.unblock();  // NOLINT(bugprone-use-after-move): it claims nothing
  EXPECT_TRUE(a.blocked());
  second = b.block();
  EXPECT_FALSE(a.blocked());
  EXPECT_TRUE(b.blocked());
  auto& same = second;
  second = std::move(same);
  EXPECT_TRUE(b.blocked());
}

TEST(Blocker, HoldsAcrossOtherChangesOfTheSignal) {
  Signal<Tick> signal;
  std::string log;
  Connection const a = signal.connect(writes('a', log));
  Blocker blocker = a.block();
  signal.connect(writes('b', log));
  EXPECT_EQ(emitted(signal, log), "b");
  signal.connect(writes('c', log));
  EXPECT_EQ(emitted(signal, log), "bc");
  blocker.unblock();
  EXPECT_EQ(emitted(signal, log), "abc");
}

TEST(Blocker, OfADisconnectedSlotDoesNotBringItBack) {
  Signal<Tick> signal;
  std::string log;
  Connection const a = signal.connect(writes('a', log));
  Blocker blocker = a.block();
  a.disconnect();
  blocker.unblock();
  EXPECT_EQ(emitted(signal, log), "");
}

TEST(ScopedConnection, DisconnectsAtItsEnd) {
  Signal<Tick> signal;
  {
    ScopedConnection const scoped = signal.connect([](Tick const&) {});
    EXPECT_TRUE(scoped.connected());
  }
  EXPECT_TRUE(signal.empty());
}

TEST(ScopedConnection, MovesAndReplacesTheConnectionItHad) {
  Signal<Tick> signal;
  std::string log;
  ScopedConnection a = signal.connect(writes('a', log));
  ScopedConnection b = signal.connect(writes('b', log));
  ScopedConnection moved = std::move(a);
  EXPECT_FALSE(a.connected());  // NOLINT(bugprone-use-after-move): it holds nothing
  EXPECT_EQ(emitted(signal, log), "ab");
  moved = std::move(b);
  EXPECT_EQ(emitted(signal, log), "b");
  auto& same = moved;
  moved = std::move(same);
  EXPECT_TRUE(moved.connected());
}

TEST(ScopedConnection, ReleasesWithoutDisconnecting) {
  Signal<Tick> signal;
  Connection released;
  {
    ScopedConnection scoped = signal.connect([](Tick const&) {});
    released = scoped.release();
    EXPECT_FALSE(scoped.connected());
  }
  EXPECT_TRUE(released.connected());
}

TEST(ScopedConnection, DisconnectsEarly) {
  Signal<Tick> signal;
  ScopedConnection const scoped = signal.connect([](Tick const&) {});
  EXPECT_TRUE(scoped.get().connected());
  scoped.disconnect();
  EXPECT_TRUE(signal.empty());
}

TEST(ScopedConnection, MayOutliveTheSignal) {
  ScopedConnection scoped;
  {
    Signal<Tick> signal;
    scoped = signal.connect([](Tick const&) {});
  }
  EXPECT_FALSE(scoped.connected());
}

}  // namespace
}  // namespace sferic::test
