#include <sferic/bus/bus.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

namespace sferic::test {
namespace {

struct Start {
  static constexpr std::string_view kName = "start";
};
struct Step {
  static constexpr std::string_view kName = "step";
};
struct End {
  static constexpr std::string_view kName = "end";
};
struct Mine {};

template <class...>
struct List {};
using Owner = EmittingBus<List<Start, Step, End>>;

struct Plain {
  void on(Step const&) {}
  void on(End const&) {}
};
struct WithState {
  static constexpr std::string_view kStateKey = "my::WithState";
  static constexpr Order kOrder = Order::kLate;
  void on(Step const&) {}
};
struct Connects {
  Subscription connect(Bus<List<Start, Step, End>>& bus) {
    Subscription all;
    all += bus.on<Start>([](auto const&) {});
    all += bus.on<End>(every(2), [](auto const&) {}).set_name("second end");
    return all;
  }
};

EventWiring const& wiring_of(Wiring const& wiring, std::string const& event) {
  return *std::find_if(wiring.events.begin(), wiring.events.end(),
                       [&](auto const& each) { return each.event == event; });
}

TEST(WiringTest, HasEveryEventOfTheListInItsOrder) {
  Owner bus;
  auto const wiring = bus.describe();
  ASSERT_EQ(wiring.events.size(), 3u);
  EXPECT_EQ(wiring.events[0].event, "start");
  EXPECT_EQ(wiring.events[2].event, "end");
  EXPECT_TRUE(wiring.events[1].slots.empty());
}

TEST(WiringTest, NamesCallbacksByTheirTypeOrTheirKey) {
  Owner bus;
  Plain plain;
  WithState with_state;
  Connects connects;
  int const line = __LINE__ + 1;
  auto const first = bus.attach(with_state);
  auto const second = bus.attach(plain);
  auto const third = bus.attach(connects);
  auto const wiring = bus.describe();
  auto const& step = wiring_of(wiring, "step").slots;
  ASSERT_EQ(step.size(), 2u);
  EXPECT_EQ(step[0].name, "sferic::test::(anonymous namespace)::Plain");
  EXPECT_EQ(step[1].name, "my::WithState");
  EXPECT_EQ(step[1].order, Order::kLate);
  EXPECT_EQ(step[1].where, "wiring_test.cpp:" + std::to_string(line));
  EXPECT_EQ(wiring_of(wiring, "start").slots.at(0).name,
            "sferic::test::(anonymous namespace)::Connects");
  EXPECT_EQ(wiring_of(wiring, "end").slots.at(1).name, "second end");
  EXPECT_EQ(wiring_of(wiring, "end").slots.at(1).filter, "every(2)");
}

TEST(WiringTest, HasUsersOwnEventsBehindTheList) {
  Owner bus;
  bus.on<Mine>([](auto const&) {});
  auto const wiring = bus.describe();
  ASSERT_EQ(wiring.events.size(), 4u);
  EXPECT_EQ(wiring.events[3].event, "sferic::test::(anonymous namespace)::Mine");
  EXPECT_EQ(wiring.events[3].slots.size(), 1u);
}

TEST(WiringTest, IsOfTheMoment) {
  Owner bus;
  auto const connection = bus.on<Step>([](auto const&) {});
  EXPECT_EQ(wiring_of(bus.describe(), "step").slots.size(), 1u);
  connection.disconnect();
  EXPECT_TRUE(wiring_of(bus.describe(), "step").slots.empty());
}

TEST(WiringTest, TextHasALineASlotAndGathersEventsThatNobodyListensTo) {
  Wiring wiring;
  wiring.events = {{"start", {}},
                   {"step",
                    {{.name = "Early", .where = "a.cpp:1", .order = Order::kEarly},
                     {.name = "lambda", .where = "main.cpp:12", .filter = "after(10) | every(5)"},
                     {.name = "Monitor", .order = Order::kLast, .blocked = true, .tracked = true}}},
                   {"pause", {}},
                   {"end", {}}};
  EXPECT_EQ(wiring.text(),
            "- start\n"
            "step\n"
            "  1  early   Early    a.cpp:1\n"
            "  2  normal  lambda   main.cpp:12  after(10) | every(5)\n"
            "  3  last    Monitor               tracked  blocked\n"
            "- pause end\n");
  std::ostringstream out;
  out << wiring;
  EXPECT_EQ(out.str(), wiring.text());
}

TEST(WiringTest, TextBreaksLongLinesOfEvents) {
  Wiring wiring;
  for (int i = 0; i < 30; ++i) wiring.events.push_back({"event_number_" + std::to_string(i), {}});
  std::istringstream text(wiring.text());
  int lines = 0;
  for (std::string line; std::getline(text, line); ++lines) EXPECT_LE(line.size(), 100u);
  EXPECT_EQ(lines, 5);
}

/// Writes down the signals that emit.
class Names : public EmissionObserver {
 public:
  std::size_t number_of_signal(std::string_view name) override {
    names_.emplace_back(name);
    return names_.size() - 1;
  }
  std::size_t number_of_slot(std::size_t, SlotInfo const&) override { return 0; }
  void emission_begins(std::size_t signal, Time) noexcept override { text += names_[signal] + " "; }
  void call_ends(std::size_t, Time, Time) noexcept override {}
  void emission_ends(std::size_t, Time, Time) noexcept override {}

  std::string text;

 private:
  std::vector<std::string> names_;
};

struct Later {
  static constexpr std::string_view kName = "later";
};

TEST(BusObservation, CoversAllEventsAndUsersOwnOnesBeforeAndAfter) {
  Owner bus;
  bus.on<Mine>([](auto const&) {});
  auto const names = std::make_shared<Names>();
  auto observation = bus.observe(names);
  bus.on<Later>([](auto const&) {});
  bus.emit(Start());
  bus.emit(Mine());
  bus.emit(Later());
  EXPECT_EQ(names->text, "start sferic::test::(anonymous namespace)::Mine later ");
  observation.stop();
  bus.emit(Start());
  bus.emit(Later());
  EXPECT_EQ(names->text, "start sferic::test::(anonymous namespace)::Mine later ");
}

}  // namespace
}  // namespace sferic::test
