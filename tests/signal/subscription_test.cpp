#include <sferic/signal/connection.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

/// A handler that writes its letter into `log` when it is released.
auto marks_release(char letter, std::string& log) {
  return [end = AtEnd([letter, &log] { log += letter; })](Tick const&) {};
}

TEST(Subscription, EndsAllItsConnectionsTheLastOneFirst) {
  Signal<Tick> signal;
  std::string log;
  {
    Subscription subscription;
    subscription += signal.connect(marks_release('a', log));
    subscription += signal.connect(marks_release('b', log), Order::kLate);
    subscription += signal.connect(marks_release('c', log));
    EXPECT_EQ(subscription.connections().size(), 3u);
  }
  EXPECT_EQ(log, "cba");
  EXPECT_TRUE(signal.empty());
}

TEST(Subscription, GroupsConnectionsOfSeveralSignals) {
  struct Other {};
  Signal<Tick> ticks;
  Signal<Other> others;
  Subscription subscription;
  subscription += ticks.connect([](Tick const&) {});
  subscription += others.connect([](Other const&) {});
  subscription.disconnect();
  EXPECT_TRUE(ticks.empty() && others.empty());
  EXPECT_TRUE(subscription.connections().empty());
}

TEST(Subscription, MovesAndReplacesTheConnectionsItHad) {
  Signal<Tick> signal;
  std::string log;
  Subscription a;
  Subscription b;
  a += signal.connect(writes('a', log));
  b += signal.connect(writes('b', log));
  Subscription moved = std::move(a);
  EXPECT_EQ(emitted(signal, log), "ab");
  moved = std::move(b);
  EXPECT_EQ(emitted(signal, log), "b");
  auto& same = moved;
  moved = std::move(same);
  EXPECT_EQ(emitted(signal, log), "b");
}

TEST(Subscription, TakesOverAnother) {
  Signal<Tick> signal;
  Subscription group;
  group += signal.connect([](Tick const&) {});
  {
    Subscription part;
    part += signal.connect([](Tick const&) {});
    part += signal.connect([](Tick const&) {});
    group += std::move(part);
  }
  EXPECT_EQ(signal.slot_count(), 3u);
  EXPECT_EQ(group.connections().size(), 3u);
  group.disconnect();
  EXPECT_TRUE(signal.empty());
}

TEST(Subscription, ReleasesWithoutDisconnecting) {
  Signal<Tick> signal;
  std::vector<Connection> released;
  {
    Subscription subscription;
    subscription += signal.connect([](Tick const&) {});
    released = subscription.release();
  }
  ASSERT_EQ(released.size(), 1u);
  EXPECT_TRUE(released.front().connected());
}

TEST(Subscription, EndedByOneOfItsSlotsLeavesTheOtherSlotsAlone) {
  Signal<Tick> signal;
  std::string log;
  Subscription subscription;
  subscription += signal.connect([&](Tick const&) {
    subscription.disconnect();
    log += 'x';
  });
  subscription += signal.connect(writes('y', log));
  signal.connect(writes('z', log));
  EXPECT_EQ(emitted(signal, log), "xz");
  EXPECT_EQ(emitted(signal, log), "z");
}

}  // namespace
}  // namespace sferic::test
