#include <sferic/bus/compose.hpp>

#include <sferic/bus/bus.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace sferic::test {
namespace {

struct Start {};
struct Step {};
struct End {};

template <class...>
struct List {};

using Owner = EmittingBus<List<Start, Step, End>>;

/// Writes its letter at each step, and at the end.
struct Letter {
  char letter;
  std::string* log;
  void on(Step const&) { *log += letter; }
  void on(End const&) { *log += static_cast<char>(letter - 'a' + 'A'); }
};

struct Late {
  static constexpr Order kOrder = Order::kLate;
  std::string* log;
  void on(Step const&) { *log += "late "; }
};

auto writes(char const* text, std::string& log) {
  return [text, &log](Step const&) { log += text; };
}

TEST(Compose, CallsItsPartsInTheOrderGiven) {
  std::string log;
  Signal<Step> signal;
  signal.connect(compose(writes("a", log), writes("b", log), writes("c", log)));
  signal.emit({});
  EXPECT_EQ(log, "abc");
}

TEST(Compose, IsOneSlot) {
  std::string log;
  Signal<Step> signal;
  Connection const both = signal.connect(compose(writes("a", log), writes("b", log)));
  EXPECT_EQ(signal.slot_count(), 1u);
  both.disconnect();
  signal.emit({});
  EXPECT_EQ(log, "");
}

TEST(Compose, TellsCallbacksTheEventsThatTheyHear) {
  std::string log;
  Owner bus;
  auto both = compose(Letter{'a', &log}, [&](End const&) { log += '.'; });
  Subscription const subscription = bus.attach(both);
  EXPECT_EQ(subscription.connections().size(), 2u);
  bus.emit(Start{});
  bus.emit(Step{});
  bus.emit(Step{});
  bus.emit(End{});
  EXPECT_EQ(log, "aaA.");
}

TEST(Compose, TakesCallbacksAsHandlersOfOneSignal) {
  std::string log;
  Signal<Step> signal;
  signal.connect(compose(Letter{'a', &log}, writes("-", log), Letter{'b', &log}));
  signal.emit({});
  EXPECT_EQ(log, "a-b");
}

TEST(Compose, MayBeNested) {
  std::string log;
  Owner bus;
  auto all = compose(compose(Letter{'a', &log}, Letter{'b', &log}), Letter{'c', &log});
  Subscription const subscription = bus.attach(all);
  bus.emit(Step{});
  bus.emit(End{});
  EXPECT_EQ(log, "abcABC");
}

TEST(Compose, BorrowsWhatComesInARef) {
  struct Counter {
    int steps = 0;
    void on(Step const&) { ++steps; }
  } counter;
  Signal<Step> signal;
  signal.connect(compose(std::ref(counter), [](Step const&) {}));
  signal.emit({});
  EXPECT_EQ(counter.steps, 1);
}

TEST(Compose, TakesMoveOnlyParts) {
  auto value = std::make_unique<int>(0);
  int* const seen = value.get();
  Signal<Step> signal;
  signal.connect(
      compose([value = std::move(value)](Step const&) { ++*value; }, [](Step const&) {}));
  signal.emit({});
  EXPECT_EQ(*seen, 1);
}

TEST(Compose, KeepsTheStateOfItsParts) {
  int last = 0;
  Signal<Step> signal;
  signal.connect(compose([n = 0, &last](Step const&) mutable { last = ++n; }));
  signal.emit({});
  signal.emit({});
  EXPECT_EQ(last, 2);
}

TEST(Compose, AnExceptionPassesTheOtherPartsBy) {
  std::string log;
  Signal<Step> signal;
  signal.connect(compose(writes("a", log), [](Step const&) { throw std::runtime_error("no"); },
                         writes("b", log)));
  EXPECT_THROW(signal.emit({}), std::runtime_error);
  EXPECT_EQ(log, "a");
}

TEST(Compose, HasTheOrderOfItsParts) {
  std::string log;
  Owner bus;
  auto late = compose(Late{&log}, Late{&log});
  Subscription const subscription = bus.attach(late);
  bus.on<Step>(writes("normal ", log));
  bus.emit(Step{});
  EXPECT_EQ(log, "normal late late ");
}

TEST(Compose, GoesOnWithoutATrackedPartWhoseOwnerIsGone) {
  std::string log;
  Signal<Step> signal;
  auto owner = std::make_shared<int>(0);
  Connection const all = signal.connect(compose(track(owner, writes("a", log)), writes("b", log),
                                                track_same_thread(owner, writes("c", log))));
  signal.emit({});
  owner.reset();
  signal.emit({});
  EXPECT_EQ(log, "abcb");
  EXPECT_TRUE(all.connected());
}

TEST(Compose, RefusesEmptyFunctions) {
  EXPECT_THROW(compose([](Step const&) {}, std::function<void(Step const&)>()),
               std::invalid_argument);
}

TEST(Compose, MayBeFiltered) {
  std::string log;
  Signal<Step> signal;
  signal.connect(every(2), compose(writes("a", log), writes("b", log)));
  for (int i = 0; i < 4; ++i) signal.emit({});
  EXPECT_EQ(log, "abab");
}

}  // namespace
}  // namespace sferic::test
