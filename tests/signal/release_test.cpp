// Contract 6: when the captures of slots are released.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

class Release : public ::testing::Test {
 protected:
  std::atomic<int> living_{0};
  Signal<Tick> signal_;
};

TEST_F(Release, HappensInsideDisconnectWhenNoEmissionRuns) {
  Connection const never_emitted = signal_.connect(Counted::held(living_));
  never_emitted.disconnect();
  EXPECT_EQ(living_, 0);
  Connection const emitted = signal_.connect(Counted::held(living_));
  signal_.emit({});
  emitted.disconnect();
  EXPECT_EQ(living_, 0);
}

TEST_F(Release, HappensInsideDisconnectOfAnOrderAndOfAll) {
  for (bool const warm : {false, true}) {
    signal_.connect(Counted::held(living_));
    signal_.connect(Counted::held(living_), Order::kLate);
    if (warm) signal_.emit({});
    signal_.disconnect(Order::kLate);
    EXPECT_EQ(living_, 1);
    signal_.disconnect_all();
    EXPECT_EQ(living_, 0);
  }
}

TEST_F(Release, HappensInTheSignalsDestructor) {
  {
    Signal<Tick> signal;
    Connection const kept = signal.connect(Counted::held(living_));
    signal.emit({});
    signal.connect(Counted::held(living_));
  }
  EXPECT_EQ(living_, 0);
}

TEST_F(Release, WaitsForTheEmissionThatCallsTheSlot) {
  Connection self;
  self = signal_.connect([&, counted = Counted(living_)](Tick const&) {
    self.disconnect();
    EXPECT_EQ(living_, 1);
  });
  signal_.connect([&](Tick const&) { EXPECT_EQ(living_, 1); });
  signal_.emit({});
  EXPECT_EQ(living_, 0);
}

TEST_F(Release, WaitsForTheOutermostEmissionThatCouldHoldTheCaptures) {
  Connection victim;
  signal_.connect([&](Tick const& tick) {
    if (tick.value > 0) return signal_.emit({tick.value - 1});
    victim.disconnect();
  });
  victim = signal_.connect(Counted::held(living_));
  signal_.connect([&](Tick const&) { EXPECT_EQ(living_, 1); });
  signal_.emit({3});
  EXPECT_EQ(living_, 0);
}

TEST_F(Release, DoesNotWaitForAnEmissionThatBeganAfterTheDisconnection) {
  Connection const victim = signal_.connect(Counted::held(living_));
  signal_.emit({});
  victim.disconnect();
  signal_.connect([&](Tick const&) { EXPECT_EQ(living_, 0); });
  signal_.emit({});
}

TEST_F(Release, DoesNotWaitForAnotherSignalsEmission) {
  Signal<Tick> other;
  other.connect([&](Tick const&) {
    Connection const never_emitted = signal_.connect(Counted::held(living_));
    never_emitted.disconnect();
    EXPECT_EQ(living_, 0);
    Connection const emitted = signal_.connect(Counted::held(living_));
    signal_.emit({});
    emitted.disconnect();
    EXPECT_EQ(living_, 0);
  });
  other.emit({});
}

TEST_F(Release, OfASlotThatTheRunningEmissionNeverHeldHappensAtOnce) {
  signal_.connect([&](Tick const&) {
    Connection const fresh = signal_.connect(Counted::held(living_));
    EXPECT_EQ(living_, 1);
    fresh.disconnect();
    EXPECT_EQ(living_, 0);
  });
  signal_.emit({});
}

TEST_F(Release, LetsNothingPileUpInASignalThatIsNeverEmitted) {
  for (int i = 0; i < 10'000; ++i) {
    signal_.connect(Counted::held(living_)).disconnect();
    ASSERT_EQ(living_, 0);
  }
}

TEST_F(Release, LetsNothingPileUpBetweenTwoEmissions) {
  signal_.connect([](Tick const&) {});
  for (int i = 0; i < 10'000; ++i) {
    Connection const connection = signal_.connect(Counted::held(living_));
    if (i % 100 == 0) signal_.emit({});
    connection.disconnect();
    ASSERT_EQ(living_, 0);
  }
}

TEST_F(Release, LetsNothingPileUpDuringOneLongEmission) {
  signal_.connect([&](Tick const& tick) {
    if (tick.value == 0) return;
    for (int i = 0; i < 1'000; ++i) {
      Connection const connection = signal_.connect(Counted::held(living_));
      signal_.emit({});
      connection.disconnect();
      ASSERT_EQ(living_, 0);
    }
  });
  signal_.emit({1});
}

TEST_F(Release, LetsNothingPileUpWhenTrackedOwnersDieUnseen) {
  for (int i = 0; i < 10'000; ++i) {
    auto const owner = std::make_shared<int>(i);
    signal_.connect(track(owner, Counted::held(living_)));
    ASSERT_LE(living_, 10);
  }
}

TEST_F(Release, OfManySlotsInAnEmissionLeavesNoneBehind) {
  std::vector<Connection> connections;
  signal_.connect([&](Tick const&) {
    for (auto const& connection : connections) connection.disconnect();
    EXPECT_EQ(living_, 300);
  });
  for (int i = 0; i < 300; ++i) connections.push_back(signal_.connect(Counted::held(living_)));
  signal_.emit({});
  EXPECT_EQ(living_, 0);
}

TEST_F(Release, RunsADestructorThatUsesTheSignal) {
  std::string log;
  signal_.connect(writes('a', log));
  Connection const other = signal_.connect(writes('b', log));
  Connection const dying = signal_.connect([end = AtEnd([&] {
    other.disconnect();
    signal_.connect(writes('n', log));
    signal_.emit({});
    log += '~';
  })](Tick const&) {});
  dying.disconnect();
  EXPECT_EQ(log, "an~");
}

TEST_F(Release, RunsADestructorThatUsesTheSignalAfterAnEmission) {
  std::string log;
  Connection self;
  self = signal_.connect([&, end = AtEnd([&] {
    signal_.emit({});
    log += '~';
  })](Tick const&) { self.disconnect(); });
  signal_.connect(writes('a', log));
  signal_.emit({});
  EXPECT_EQ(log, "aa~");
}

TEST_F(Release, RunsADestructorThatDisconnectsAllWhileTheSignalEnds) {
  auto signal = std::make_unique<Signal<Tick>>();
  auto* const borrowed = signal.get();
  for (int i = 0; i < 3; ++i) {
    signal->connect([counted = Counted(living_), end = AtEnd([=] {
      borrowed->disconnect_all();
      borrowed->emit({});
    })](Tick const&) {});
  }
  signal->emit({});
  signal.reset();
  EXPECT_EQ(living_, 0);
}

TEST_F(Release, ForgetsWhatADestructorConnectsWhileTheSignalEnds) {
  auto signal = std::make_unique<Signal<Tick>>();
  signal->connect([end = AtEnd([this, borrowed = signal.get()] {
    borrowed->connect(Counted::held(living_));
  })](Tick const&) {});
  signal.reset();
  EXPECT_EQ(living_, 0);
}

}  // namespace
}  // namespace sferic::test
