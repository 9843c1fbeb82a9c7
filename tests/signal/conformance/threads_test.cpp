// Any thread may use a signal, and nobody waits for a slot's call.

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
class ManyThreads : public ::testing::Test {};
TYPED_TEST_SUITE(ManyThreads, Sides, SideNames);

using Threads = std::vector<std::jthread>;

TYPED_TEST(ManyThreads, EmitAndAllSlotsAreReached) {
  SignalOf<TypeParam> signal;
  std::atomic<int> calls{0};
  signal.connect([&](Tick const&) { ++calls; });
  {
    Threads threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 500; ++n) signal.emit({});
      });
    }
  }
  EXPECT_EQ(calls, 2000);
}

TYPED_TEST(ManyThreads, ChangeTheSignalAndASlotThatStaysIsCalledByEachEmission) {
  std::atomic<int> living{0};
  std::atomic<int> emissions{0};
  std::atomic<int> calls{0};
  {
    SignalOf<TypeParam> signal;
    signal.connect([&, counted = Counted(living)](Tick const&) { ++calls; }, Order::kLate);
    ConnectionOf<TypeParam> const blocked = signal.connect(Counted::held(living));
    Running const running;
    Threads threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        while (running) signal.emit({++emissions});
      });
    }
    threads.emplace_back([&] {
      while (running) signal.connect(Counted::held(living)).disconnect();
    });
    threads.emplace_back([&] {
      while (running) {
        auto const owner = std::make_shared<int>(1);
        TypeParam::connect_tracked(signal, Counted::held(living), owner);
      }
    });
    threads.emplace_back([&] {
      while (running) auto const blocker = TypeParam::block(blocked);
    });
  }
  EXPECT_EQ(calls, emissions);
  EXPECT_EQ(living, 0);
}

TYPED_TEST(ManyThreads, DoNotWaitForACallElsewhereWhenTheyDisconnect) {
  SignalOf<TypeParam> signal;
  std::latch entered(1);
  std::latch may_leave(1);
  std::atomic<bool> left{false};
  ConnectionOf<TypeParam> const connection = signal.connect([&](Tick const&) {
    entered.count_down();
    may_leave.wait();
    left = true;
  });
  std::jthread emitter([&] { signal.emit({}); });
  entered.wait();
  connection.disconnect();
  EXPECT_FALSE(connection.connected());
  EXPECT_FALSE(left);
  may_leave.count_down();
  emitter.join();
  EXPECT_TRUE(left);
}

/// Uses everything that could take a lock of the signal's, on another thread.
template <class Side>
void use_elsewhere(SignalOf<Side>& signal) {
  std::jthread([&] {
    ConnectionOf<Side> const connection = signal.connect([](Tick const&) {});
    auto const blocker = Side::block(connection);
    signal.emit({});
    EXPECT_TRUE(connection.connected());
    EXPECT_FALSE(signal.empty());
    connection.disconnect();
  });
}

TYPED_TEST(ManyThreads, MayUseTheSignalWhileASlotRuns) {
  SignalOf<TypeParam> signal;
  signal.connect([&](Tick const& tick) {
    if (tick.value == 1) use_elsewhere<TypeParam>(signal);
  });
  signal.emit({1});
  EXPECT_EQ(signal.slot_count(), 1u);
}

TYPED_TEST(ManyThreads, MayUseTheSignalWhileADestructorOfCapturesRuns) {
  SignalOf<TypeParam> signal;
  auto end = std::make_shared<AtEnd>([&] { use_elsewhere<TypeParam>(signal); });
  ConnectionOf<TypeParam> const connection =
      signal.connect([captured = std::move(end)](Tick const&) {});
  connection.disconnect();
  EXPECT_TRUE(signal.empty());
}

TYPED_TEST(ManyThreads, MayUseTheSignalWhileADestructorOfAnOwnerRuns) {
  SignalOf<TypeParam> signal;
  auto owner = std::make_shared<AtEnd>([&] { use_elsewhere<TypeParam>(signal); });
  TypeParam::connect_tracked(signal, [&](Tick const&) { owner.reset(); }, owner);
  signal.emit({});
  EXPECT_TRUE(signal.empty());
}

}  // namespace
}  // namespace sferic::test
