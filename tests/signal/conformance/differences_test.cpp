// Where the two sides behave differently: one scenario, two outcomes.

#include <boost/core/ref.hpp>
#include <boost/signals2/expired_slot.hpp>
#include <boost/signals2/trackable.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
std::string called_when_a_slot_destroys_its_signal() {
  auto signal = std::make_unique<SignalOf<Side>>();
  std::string log;
  signal->connect([&](Tick const&) {
    signal.reset();
    log += 'x';
  });
  signal->connect(writes('z', log));
  signal->emit({});
  return log;
}

TEST(Difference, SfericEndsTheEmissionOfADestroyedSignalAndBoostGoesOn) {
  EXPECT_EQ(called_when_a_slot_destroys_its_signal<Sferic>(), "x");
  EXPECT_EQ(called_when_a_slot_destroys_its_signal<Boost>(), "xz");
}

template <class Side>
int captures_left_behind_a_slot_that_ends_itself() {
  SignalOf<Side> signal;
  std::atomic<int> living{0};
  int seen = -1;
  ConnectionOf<Side> self;
  self = signal.connect([&, counted = Counted(living)](Tick const&) { self.disconnect(); });
  signal.connect([&](Tick const&) { seen = living; });
  signal.emit({});
  EXPECT_EQ(living, 0);
  return seen;
}

template <class Side>
int captures_left_of_a_later_slot_that_is_ended() {
  SignalOf<Side> signal;
  std::atomic<int> living{0};
  int seen = -1;
  ConnectionOf<Side> later;
  signal.connect([&](Tick const&) {
    later.disconnect();
    seen = living;
  });
  later = signal.connect(Counted::held(living));
  signal.emit({});
  EXPECT_EQ(living, 0);
  return seen;
}

TEST(Difference, SfericReleasesCapturesAfterTheEmissionThatCouldHoldThemAndBoostInsideIt) {
  EXPECT_EQ(captures_left_behind_a_slot_that_ends_itself<Sferic>(), 1);
  EXPECT_EQ(captures_left_behind_a_slot_that_ends_itself<Boost>(), 0);
  EXPECT_EQ(captures_left_of_a_later_slot_that_is_ended<Sferic>(), 1);
  EXPECT_EQ(captures_left_of_a_later_slot_that_is_ended<Boost>(), 0);
}

template <class Side>
int copies_of_a_temporary_handler() {
  struct Copied {
    explicit Copied(int& counter) : copies(&counter) {}
    Copied(Copied const& other) : copies(other.copies) { ++*copies; }
    Copied(Copied&& other) noexcept : copies(other.copies) {}
    void operator()(Tick const&) const {}
    int* copies;
  };
  SignalOf<Side> signal;
  int copies = 0;
  signal.connect(Copied(copies));
  return copies;
}

TEST(Difference, SfericMovesHandlersInSoTheyMayBeMoveOnlyAndBoostCopiesThem) {
  EXPECT_EQ(copies_of_a_temporary_handler<Sferic>(), 0);
  EXPECT_GT(copies_of_a_temporary_handler<Boost>(), 0);
}

template <class Side>
std::string outcome_of_an_expired_slot() {
  SignalOf<Side> signal;
  std::string log;
  signal.connect([](Tick const&) { throw boost::signals2::expired_slot(); });
  signal.connect(writes('z', log));
  try {
    signal.emit({});
  } catch (boost::signals2::expired_slot const&) {
    log += '!';
  }
  return log + std::to_string(signal.slot_count());
}

TEST(Difference, SfericLetsEveryExceptionOutAndBoostTakesOneKindForADisconnection) {
  EXPECT_EQ(outcome_of_an_expired_slot<Sferic>(), "!2");
  EXPECT_EQ(outcome_of_an_expired_slot<Boost>(), "z1");
}

template <class Side>
std::pair<bool, bool> blocked_without_and_after_a_signal() {
  ConnectionOf<Side> connection;
  bool const without = connection.blocked();
  {
    SignalOf<Side> signal;
    connection = signal.connect([](Tick const&) {});
  }
  return {without, connection.blocked()};
}

TEST(Difference, SfericCallsOnlyAConnectedSlotBlockedAndBoostAlsoOneThatIsGone) {
  EXPECT_EQ(blocked_without_and_after_a_signal<Sferic>(), std::pair(false, false));
  EXPECT_EQ(blocked_without_and_after_a_signal<Boost>(), std::pair(true, true));
}

template <class Side>
bool connections_are_told_apart_after_the_signals_end() {
  auto signal = std::make_unique<SignalOf<Side>>();
  ConnectionOf<Side> const one = signal->connect([](Tick const&) {});
  ConnectionOf<Side> const other = signal->connect([](Tick const&) {});
  EXPECT_TRUE(one != other);
  signal.reset();
  return one != other && one != ConnectionOf<Side>();
}

TEST(Difference, SfericTellsConnectionsApartAfterTheirEndAndBoostDoesNot) {
  EXPECT_TRUE(connections_are_told_apart_after_the_signals_end<Sferic>());
  EXPECT_FALSE(connections_are_told_apart_after_the_signals_end<Boost>());
}

/// Shows whether a Boost signal has an implementation, without which each use is undefined.
struct Exposed : boost::signals2::signal<void(Tick const&)> {
  bool usable() const { return lock_pimpl() != nullptr; }
};

TEST(Difference, SfericLetsAMovedFromSignalBeUsedAgainAndBoostOnlyAssignedTo) {
  sferic::Signal<Tick> old;
  std::string log;
  old.connect(writes('a', log));
  sferic::Signal<Tick> const signal(std::move(old));
  EXPECT_EQ(emitted(old, log), "");  // NOLINT(bugprone-use-after-move)
  old.connect(writes('b', log));
  EXPECT_EQ(emitted(old, log), "b");
  EXPECT_EQ(emitted(signal, log), "a");

  Exposed exposed;
  EXPECT_TRUE(exposed.usable());
  Exposed const moved(std::move(exposed));
  EXPECT_FALSE(exposed.usable());  // NOLINT(bugprone-use-after-move)
}

struct Listener : boost::signals2::trackable {
  void operator()(Tick const&) {}
};

TEST(Difference, SfericEndsASlotOnlyWithAnOwnerItWasToldOfAndBoostWithATrackableToo) {
  auto listener = std::make_unique<Listener>();
  sferic::Signal<Tick> signal;
  sferic::Connection const unknown = signal.connect(std::ref(*listener));
  boost::signals2::signal<void(Tick const&)> native;
  boost::signals2::connection const found = native.connect(boost::ref(*listener));
  EXPECT_TRUE(found.connected());
  listener.reset();
  EXPECT_TRUE(unknown.connected());
  EXPECT_FALSE(found.connected());
}

TEST(Difference, SfericNeedsAnOwnerToEndABridgeBetweenSignalsAndBoostConnectsSignalsItself) {
  auto inner = std::make_unique<sferic::Signal<Tick>>();
  sferic::Signal<Tick> outer;
  sferic::Connection const bridge =
      outer.connect([&signal = *inner](Tick const& tick) { signal.emit(tick); });
  auto native_inner = std::make_unique<boost::signals2::signal<void(Tick const&)>>();
  boost::signals2::signal<void(Tick const&)> native_outer;
  boost::signals2::connection const native_bridge = native_outer.connect(*native_inner);
  EXPECT_TRUE(native_bridge.connected());
  inner.reset();
  native_inner.reset();
  EXPECT_TRUE(bridge.connected());
  EXPECT_FALSE(native_bridge.connected());
}

}  // namespace
}  // namespace sferic::test
