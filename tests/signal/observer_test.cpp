// What an observer hears of the emissions of a signal.

#include <sferic/signal/emission_observer.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

/// Writes down what it hears: "tick( a b )tick".
class Protocol : public EmissionObserver {
 public:
  std::size_t number_of_signal(std::string_view name) override { return number(name); }
  std::size_t number_of_slot(std::size_t, SlotInfo const& slot) override {
    return number(slot.name);
  }
  void emission_begins(std::size_t signal, Time now) noexcept override {
    check(now, now);
    text += names_[signal] + "( ";
  }
  void call_ends(std::size_t slot, Time began, Time now) noexcept override {
    check(began, now);
    text += names_[slot] + " ";
  }
  void emission_ends(std::size_t signal, Time began, Time now) noexcept override {
    check(began, now);
    text += ")" + names_[signal] + " ";
  }

  std::string take() { return std::exchange(text, {}); }

  std::string text;

 private:
  std::size_t number(std::string_view name) {
    names_.emplace_back(name);
    return names_.size() - 1;
  }
  void check(Time began, Time now) noexcept {
    EXPECT_LE(began, now);
    EXPECT_LE(last_, now);
    last_ = now;
  }

  std::vector<std::string> names_;
  Time last_;
};

class EmissionObserverTest : public testing::Test {
 protected:
  EmissionObserverTest() { signal.observe(observation, "tick"); }

  auto connect(std::string const& name, Order order = Order::kNormal) {
    return signal.connect([this, name](Tick const&) { protocol->text += name + "! "; }, order)
        .set_name(name);
  }
  std::string emit() {
    signal.emit({});
    return protocol->take();
  }

  std::shared_ptr<Protocol> protocol = std::make_shared<Protocol>();
  Observation observation{protocol};
  Signal<Tick> signal;
};

TEST_F(EmissionObserverTest, HearsOfAnEmissionToNobody) { EXPECT_EQ(emit(), "tick( )tick "); }

TEST_F(EmissionObserverTest, HearsOfEachCallInTheirOrder) {
  connect("b");
  connect("a", Order::kEarly);
  EXPECT_EQ(emit(), "tick( a! a b! b )tick ");
}

TEST_F(EmissionObserverTest, HearsOfSlotsOfOneTypeOneByOne) {
  for (int i = 0; i < 3; ++i) signal.connect([](Tick const&) {}).set_name(std::to_string(i));
  EXPECT_EQ(emit(), "tick( 0 1 2 )tick ");
}

TEST_F(EmissionObserverTest, DoesNotHearOfBlockedAndEndedSlots) {
  auto const a = connect("a");
  auto const b = connect("b");
  connect("c");
  {
    Blocker const blocker = b.block();
    EXPECT_EQ(emit(), "tick( a! a c! c )tick ");
  }
  EXPECT_EQ(emit(), "tick( a! a b! b c! c )tick ");
  a.disconnect();
  EXPECT_EQ(emit(), "tick( b! b c! c )tick ");
}

TEST_F(EmissionObserverTest, HearsOfACallInWhichTheSlotEndsItself) {
  Connection self;
  self = signal.connect([&](Tick const&) { self.disconnect(); }).set_name("once");
  connect("b");
  EXPECT_EQ(emit(), "tick( once b! b )tick ");
  EXPECT_EQ(emit(), "tick( b! b )tick ");
}

TEST_F(EmissionObserverTest, DoesNotHearOfASlotThatAnotherHasEnded) {
  Connection other;
  signal.connect([&](Tick const&) { other.disconnect(); }).set_name("ends the other");
  other = connect("other");
  EXPECT_EQ(emit(), "tick( ends the other )tick ");
}

TEST_F(EmissionObserverTest, HearsOfTheEndOfAnEmissionThatASlotThrewOutOf) {
  signal.connect([](Tick const&) { throw std::runtime_error("no"); }).set_name("thrower");
  connect("b");
  EXPECT_THROW(signal.emit({}), std::runtime_error);
  EXPECT_EQ(protocol->take(), "tick( thrower )tick ");
  EXPECT_THROW(signal.emit({}), std::runtime_error);
  EXPECT_EQ(protocol->take(), "tick( thrower )tick ");
}

TEST_F(EmissionObserverTest, HearsOfNestedEmissionsWithinTheCallThatMakesThem) {
  Signal<Tick> inner;
  inner.observe(observation, "inner");
  inner.connect([](Tick const&) {}).set_name("leaf");
  signal.connect([&](Tick const& tick) { inner.emit(tick); }).set_name("outer");
  EXPECT_EQ(emit(), "tick( inner( leaf )inner outer )tick ");
}

TEST_F(EmissionObserverTest, HearsOfEmissionsToAll) {
  connect("a");
  signal.connect([](Tick const&) { throw std::runtime_error("no"); }).set_name("thrower");
  connect("c");
  int errors = 0;
  signal.emit_to_all({}, [&](std::exception_ptr const&) { ++errors; });
  EXPECT_EQ(errors, 1);
  EXPECT_EQ(protocol->take(), "tick( a! a thrower c! c )tick ");
}

TEST_F(EmissionObserverTest, HearsNothingAfterTheObservationsEnd) {
  connect("a");
  EXPECT_EQ(emit(), "tick( a! a )tick ");
  std::weak_ptr<Protocol> const lives = protocol;
  observation.stop();
  EXPECT_EQ(emit(), "a! ");
  connect("b");
  EXPECT_EQ(emit(), "a! b! ");
}

TEST_F(EmissionObserverTest, IsReleasedAtTheObservationsEnd) {
  signal.connect([](Tick const&) {});
  signal.emit({});
  std::weak_ptr<Protocol> const lives = protocol;
  protocol.reset();
  EXPECT_FALSE(lives.expired());
  observation.stop();
  EXPECT_TRUE(lives.expired());
}

TEST_F(EmissionObserverTest, MayEndDuringAnEmission) {
  signal.connect([&](Tick const&) { observation.stop(); }).set_name("stops");
  EXPECT_EQ(emit(), "tick( stops )tick ");  // it lives until this one is over
  EXPECT_EQ(emit(), "");
}

TEST_F(EmissionObserverTest, OutlivesTheSignal) {
  {
    Signal<Tick> const gone = std::move(signal);
  }
  observation.stop();
  EXPECT_EQ(protocol->take(), "");
}

TEST_F(EmissionObserverTest, FollowsASignalThatMoves) {
  connect("a");
  Signal<Tick> const moved = std::move(signal);
  moved.emit({});
  EXPECT_EQ(protocol->take(), "tick( a! a )tick ");
}

TEST_F(EmissionObserverTest, SeveralHearTheSame) {
  auto const other = std::make_shared<Protocol>();
  Observation const second(other);
  signal.observe(second, "tock");
  signal.connect([](Tick const&) {}).set_name("a");
  EXPECT_EQ(emit(), "tick( a )tick ");
  EXPECT_EQ(other->take(), "tock( a )tock ");
}

TEST_F(EmissionObserverTest, HearsOfANameThatIsGivenLater) {
  auto const connection = signal.connect([](Tick const&) {}).set_name("old");
  EXPECT_EQ(emit(), "tick( old )tick ");
  connection.set_name("new");
  EXPECT_EQ(emit(), "tick( new )tick ");
}

/// Counts calls by slot.
class Counts : public EmissionObserver {
 public:
  std::size_t number_of_signal(std::string_view) override { return 0; }
  std::size_t number_of_slot(std::size_t, SlotInfo const& slot) override {
    return std::stoul(slot.name);
  }
  void emission_begins(std::size_t, Time) noexcept override { ++emissions; }
  void call_ends(std::size_t slot, Time, Time) noexcept override {
    std::lock_guard const lock(mutex);
    ++calls[slot];
  }
  void emission_ends(std::size_t, Time, Time) noexcept override { --emissions; }

  std::atomic<int> emissions = 0;
  std::mutex mutex;
  std::map<std::size_t, int> calls;
};

class ObservedRow : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Slots, ObservedRow, testing::Values(1, 30, 31, 32, 33, 63, 64, 65, 500));

TEST_P(ObservedRow, TellsOfEachSlotOnceAtTheBordersOfChainsToo) {
  auto const counts = std::make_shared<Counts>();
  Observation const observation(counts);
  Signal<Tick> signal;
  signal.observe(observation, "row");
  std::vector<Connection> connections;
  int called = 0;
  for (int i = 0; i < GetParam(); ++i) {
    connections.push_back(signal.connect([&](Tick const&) { ++called; }));
    connections.back().set_name(std::to_string(i));
  }
  signal.emit({});
  EXPECT_EQ(called, GetParam());
  for (int i = 0; i < GetParam(); ++i) EXPECT_EQ(counts->calls[static_cast<std::size_t>(i)], 1);
  counts->calls.clear();
  std::vector<Blocker> blockers;
  for (int i = 0; i < GetParam(); i += 2) {
    blockers.push_back(connections[static_cast<std::size_t>(i)].block());
  }
  signal.emit({});
  for (int i = 0; i < GetParam(); ++i) {
    EXPECT_EQ(counts->calls[static_cast<std::size_t>(i)], i % 2) << i;
  }
}

TEST(EmissionObserverThreads, ObservationsBeginAndEndWhileOthersEmit) {
  Signal<Tick> signal;
  std::atomic<int> called = 0;
  for (int i = 0; i < 3; ++i) {
    signal.connect([&](Tick const&) { called.fetch_add(1); }).set_name(std::to_string(i));
  }
  std::atomic<bool> done = false;
  std::atomic<int> emitted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (!done) {
        signal.emit({});
        ++emitted;
      }
    });
  }
  for (int i = 0; i < 100; ++i) {
    auto const counts = std::make_shared<Counts>();
    Observation const observation(counts);
    signal.observe(observation, "busy");
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  done = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(called, 3 * emitted);
}

}  // namespace
}  // namespace sferic::test
