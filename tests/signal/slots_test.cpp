// What a signal tells of its slots.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

struct Counter {
  void operator()(Tick const&) {}
};

std::vector<std::string> names(Signal<Tick> const& signal) {
  std::vector<std::string> names;
  for (auto const& slot : signal.slots()) names.push_back(slot.name);
  return names;
}

TEST(Slots, ASignalWithoutSlotsTellsOfNone) { EXPECT_TRUE(Signal<Tick>().slots().empty()); }

TEST(Slots, AreToldInTheOrderInWhichTheyAreCalled) {
  Signal<Tick> signal;
  signal.connect([](auto const&) {}, Order::kLast).set_name("c");
  signal.connect([](auto const&) {}).set_name("b");
  signal.connect([](auto const&) {}, Order::kEarly).set_name("a");
  EXPECT_EQ(names(signal), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(signal.slots()[0].order, Order::kEarly);
  EXPECT_EQ(signal.slots()[2].order, Order::kLast);
}

TEST(Slots, AHandlerIsNamedByItsTypeUnlessItIsALambda) {
  Signal<Tick> signal;
  signal.connect(Counter());
  signal.connect([](auto const&) {});
  signal.connect(every(2), Counter());
  signal.connect(track(std::make_shared<int>(), Counter()));
  auto const owner = std::make_shared<int>();
  signal.connect(first(3), track(owner, Counter()));
  auto const counter = "sferic::test::(anonymous namespace)::Counter";
  EXPECT_EQ(names(signal), (std::vector<std::string>{counter, "lambda", counter, counter}));
}

TEST(Slots, ANameGivenGoesBeforeThatOfTheCallback) {
  Signal<Tick> signal;
  auto const connection = signal.connect(Counter());
  connection.set_callback("Stopping");
  EXPECT_EQ(names(signal), std::vector<std::string>{"Stopping"});
  connection.set_name("by loss");
  EXPECT_EQ(names(signal), std::vector<std::string>{"by loss"});
}

TEST(Slots, TheNameOfAnEndedConnectionGoesNowhere) {
  Connection connection;
  connection.set_name("nobody");
  {
    Signal<Tick> signal;
    connection = signal.connect(Counter());
  }
  connection.set_name("nobody");
  EXPECT_FALSE(connection.connected());
}

TEST(Slots, TellWhereTheyWereConnected) {
  Signal<Tick> signal;
  int const line = __LINE__ + 1;
  signal.connect([](auto const&) {});
  signal.connect([](auto const&) {}, Order::kNormal, CallSite());
  EXPECT_EQ(signal.slots()[0].where, "slots_test.cpp:" + std::to_string(line));
  EXPECT_EQ(signal.slots()[0].text(), "lambda at slots_test.cpp:" + std::to_string(line));
  EXPECT_EQ(signal.slots()[1].where, "");
  EXPECT_EQ(signal.slots()[1].text(), "lambda");
}

struct Odd {
  using IsFilter = void;
  bool operator()(Tick const& tick) const { return tick.value % 2 == 1; }
};

TEST(Slots, TellHowTheyAreFiltered) {
  Signal<Tick> signal;
  auto const nothing = [](auto const&) {};
  signal.connect(nothing);
  signal.connect(every(5), nothing);
  signal.connect(after(10) | every(5) | first(2), nothing);
  signal.connect(once(), nothing);
  signal.connect(when([](Tick const& tick) { return tick.value > 0; }), nothing);
  signal.connect(Odd() | every(3), nothing);
  std::vector<std::string> filters;
  for (int i = 0; i < 20; ++i) signal.emit({i});  // what they have counted makes no difference
  for (auto const& slot : signal.slots()) filters.push_back(slot.filter);
  EXPECT_EQ(filters, (std::vector<std::string>{"", "every(5)", "after(10) | every(5) | first(2)",
                                               "first(1)", "when(...)", "filter | every(3)"}));
}

TEST(Slots, TellWhetherTheyAreBlockedAndTracked) {
  Signal<Tick> signal;
  auto const owner = std::make_shared<int>();
  auto const blocked = signal.connect(Counter());
  signal.connect(track(owner, Counter()));
  Blocker const blocker = blocked.block();
  EXPECT_TRUE(signal.slots()[0].blocked);
  EXPECT_FALSE(signal.slots()[0].tracked);
  EXPECT_FALSE(signal.slots()[1].blocked);
  EXPECT_TRUE(signal.slots()[1].tracked);
}

}  // namespace
}  // namespace sferic::test
