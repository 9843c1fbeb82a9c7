#include <sferic/bus/bus.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace sferic::test {
namespace {

struct Numbered {
  int number = 0;
};
struct Start : Numbered {
  static constexpr std::string_view kName = "start";
};
struct Step : Numbered {
  static constexpr std::string_view kName = "step";
};
struct End : Numbered {
  static constexpr std::string_view kName = "end";
};

template <class...>
struct List {};

using Events = List<Start, Step, End>;
using Listeners = Bus<Events>;
using Owner = EmittingBus<Events>;

template <class Bus, class Event>
concept CanEmit = requires(Bus& bus, Event const& event) { bus.emit(event); };

template <class Callback>
concept CanAttach =
    requires(Listeners& bus, Callback&& callback) { bus.attach(std::forward<Callback>(callback)); };

struct UsersOwn {
  int value = 0;
};

static_assert(!std::is_copy_constructible_v<Owner>);
static_assert(Listeners::kLists<Step> && !Listeners::kLists<UsersOwn>);
static_assert(CanEmit<Owner, Step> && !CanEmit<Listeners, Step>);
static_assert(CanEmit<Owner, UsersOwn> && CanEmit<Listeners, UsersOwn>);

/// Writes down which overload was called with what.
struct Recorder {
  std::string log;
  void on(Start const& event) { log += "start " + std::to_string(event.number) + "; "; }
  void on(Step const& event) { log += "step " + std::to_string(event.number) + "; "; }
};
static_assert(CanAttach<Recorder&> && !CanAttach<Recorder>);

/// Writes down the names of all events.
struct Tracer {
  std::vector<std::string_view> names;
  void on(auto const& event) { names.push_back(event.kName); }
};

struct Early {
  static constexpr Order kOrder = Order::kEarly;
  std::string* log;
  void on(Step const&) { *log += 'e'; }
};

struct Monitor {
  static constexpr Order kOrder = Order::kLast;
  std::string* log;
  void on(Step const&) { *log += 'm'; }
};

class BusTest : public ::testing::Test {
 protected:
  Owner owner_;
  Listeners& bus_ = owner_;
};

TEST_F(BusTest, ALambdaHearsTheEventThatItIsConnectedTo) {
  int heard = 0;
  bus_.on<Step>([&](Step const& step) { heard += step.number; });
  owner_.emit(Start{{1}});
  owner_.emit(Step{{10}});
  owner_.emit(End{{100}});
  EXPECT_EQ(heard, 10);
}

TEST_F(BusTest, OrdersAndFiltersWorkAsInASignal) {
  std::string log;
  bus_.on<Step>([&](auto const&) { log += 'b'; }, Order::kLate);
  bus_.on<Step>(every(2), [&](auto const&) { log += 'e'; }, Order::kLast);
  bus_.on<Step>([&](auto const&) { log += 'a'; });
  owner_.emit(Step{});
  owner_.emit(Step{});
  EXPECT_EQ(log, "ababe");
}

TEST_F(BusTest, AConnectionEndsOneListening) {
  int heard = 0;
  Connection const connection = bus_.on<Step>([&](Step const&) { ++heard; });
  connection.disconnect();
  owner_.emit(Step{});
  EXPECT_EQ(heard, 0);
}

TEST_F(BusTest, AnAttachedStructHearsTheEventsOfItsOverloads) {
  Recorder recorder;
  Subscription const subscription = bus_.attach(recorder);
  EXPECT_EQ(subscription.connections().size(), 2u);
  owner_.emit(Start{{1}});
  owner_.emit(Step{{2}});
  owner_.emit(End{{3}});
  EXPECT_EQ(recorder.log, "start 1; step 2; ");
}

TEST_F(BusTest, AnAttachedStructHearsNothingAfterItsSubscription) {
  Recorder recorder;
  {
    Subscription const subscription = bus_.attach(recorder);
    owner_.emit(Start{{1}});
  }
  owner_.emit(Start{{2}});
  EXPECT_EQ(recorder.log, "start 1; ");
}

TEST_F(BusTest, AGenericOverloadHearsEverythingOfTheList) {
  Tracer tracer;
  Subscription const subscription = bus_.attach(tracer);
  owner_.emit(End{});
  owner_.emit(Start{});
  owner_.emit(Step{});
  EXPECT_EQ(tracer.names, (std::vector<std::string_view>{"end", "start", "step"}));
}

TEST_F(BusTest, AnOverloadForABaseHearsAllEventsDerivedFromIt) {
  struct Sum {
    int sum = 0;
    void on(Numbered const& event) { sum += event.number; }
    void on(End const&) { sum += 1000; }
  } sum;
  Subscription const subscription = bus_.attach(sum);
  owner_.emit(Start{{1}});
  owner_.emit(Step{{10}});
  owner_.emit(End{{100}});
  EXPECT_EQ(sum.sum, 1011);
}

TEST_F(BusTest, AConstCallbackMayBeAttachedIfItsOverloadsAreConst) {
  struct Counter {
    int* calls;
    void on(Step const&) const { ++*calls; }
  };
  int calls = 0;
  Counter const counter{&calls};
  Subscription const subscription = bus_.attach(counter);
  owner_.emit(Step{});
  EXPECT_EQ(calls, 1);
}

TEST_F(BusTest, ACallbackIsCalledAtItsOwnOrder) {
  std::string log;
  Monitor monitor{&log};
  Early early{&log};
  Subscription subscription = bus_.attach(monitor);
  bus_.on<Step>([&](Step const&) { log += 'n'; });
  subscription += bus_.attach(early);
  owner_.emit(Step{});
  EXPECT_EQ(log, "enm");
}

TEST_F(BusTest, ACallbackMayConnectItself) {
  struct ConnectsItself {
    std::string log;
    Subscription connect(Listeners& bus) {
      Subscription subscription;
      subscription += bus.on<Step>([this](Step const&) { log += 'l'; }, Order::kLate);
      subscription += bus.on<Step>([this](Step const&) { log += 'e'; }, Order::kEarly);
      return subscription;
    }
  } callback;
  Subscription subscription = bus_.attach(callback);
  owner_.emit(Step{});
  EXPECT_EQ(callback.log, "el");
  subscription.disconnect();
  owner_.emit(Step{});
  EXPECT_EQ(callback.log, "el");
}

TEST_F(BusTest, CallbacksAreBorrowedNotCopied) {
  struct Pinned {
    Pinned() = default;
    Pinned(Pinned const&) = delete;
    Pinned& operator=(Pinned const&) = delete;
    int calls = 0;
    void on(Step const&) { ++calls; }
  } pinned;
  Subscription const subscription = bus_.attach(pinned);
  owner_.emit(Step{});
  EXPECT_EQ(pinned.calls, 1);
}

TEST_F(BusTest, EventsOfTheUsersOwnNeedNoListing) {
  int heard = 0;
  bus_.emit(UsersOwn{1});
  Connection const connection = bus_.on<UsersOwn>([&](UsersOwn const& own) { heard += own.value; });
  bus_.on<UsersOwn>(every(2), [&](UsersOwn const&) { heard += 100; }, Order::kLate);
  bus_.emit(UsersOwn{2});
  owner_.emit(UsersOwn{3});
  EXPECT_EQ(heard, 105);
  connection.disconnect();
  bus_.emit(UsersOwn{4});
  EXPECT_EQ(heard, 105);
}

TEST_F(BusTest, SeveralThreadsMayNameAnEventOfTheirOwnFirst) {
  std::atomic<int> heard{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        ScopedConnection const own = bus_.on<UsersOwn>([&](UsersOwn const&) { ++heard; });
        bus_.emit(UsersOwn{});
      });
    }
  }
  EXPECT_GE(heard, 4);
}

TEST_F(BusTest, EmitToAllReachesTheSlotsAfterAnError) {
  std::string log;
  bus_.on<End>([](End const&) { throw 1; });
  bus_.on<End>([&](End const&) { log += 'z'; });
  owner_.emit_to_all(End{}, [&](std::exception_ptr const&) { log += '!'; });
  EXPECT_EQ(log, "!z");
}

TEST_F(BusTest, ConnectionsMayOutliveTheBus) {
  auto bus = std::make_unique<Owner>();
  Recorder recorder;
  Subscription subscription = bus->attach(recorder);
  ScopedConnection const own = bus->on<UsersOwn>([](UsersOwn const&) {});
  bus.reset();
  EXPECT_FALSE(own.connected());
  subscription.disconnect();
}

}  // namespace
}  // namespace sferic::test
