// What a thread leaves behind that has emitted.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

/// Runs `action` when the calling thread's local objects are destroyed, the youngest first.
void at_thread_exit(std::function<void()> action) {
  static thread_local std::vector<AtEnd> actions;
  actions.emplace_back(std::move(action));
}

void run_in_thread(std::function<void()> body) { std::jthread(std::move(body)).join(); }

TEST(ThreadExit, ThreadsThatEmitMayComeAndGo) {
  Signal<Tick> signal;
  std::atomic<int> calls{0};
  signal.connect([&](Tick const& tick) {
    ++calls;
    if (tick.value > 0) signal.emit({tick.value - 1});
  });
  for (int i = 0; i < 100; ++i) {
    run_in_thread([&] { signal.emit({3}); });
  }
  EXPECT_EQ(calls, 400);
}

TEST(ThreadExit, AThreadThatIsGoneHoldsNoCaptures) {
  std::atomic<int> living{0};
  Signal<Tick> signal;
  Connection const connection = signal.connect(Counted::held(living));
  run_in_thread([&] { signal.emit({}); });
  connection.disconnect();
  EXPECT_EQ(living, 0);
  connection.disconnect_and_wait();
}

TEST(ThreadExit, AThreadLocalObjectMadeBeforeTheFirstEmissionMayEmitAtItsEnd) {
  Signal<Tick> signal;
  std::atomic<int> calls{0};
  signal.connect([&](Tick const&) { ++calls; });
  run_in_thread([&] {
    at_thread_exit([&] { signal.emit({}); });
    signal.emit({});
  });
  EXPECT_EQ(calls, 2);
}

TEST(ThreadExit, AThreadLocalObjectMadeAfterTheFirstEmissionMayEmitAtItsEnd) {
  Signal<Tick> signal;
  std::atomic<int> calls{0};
  signal.connect([&](Tick const&) { ++calls; });
  run_in_thread([&] {
    signal.emit({});
    at_thread_exit([&] { signal.emit({}); });
  });
  EXPECT_EQ(calls, 2);
}

TEST(ThreadExit, AThreadMayEmitForTheFirstTimeAtItsEnd) {
  Signal<Tick> signal;
  std::atomic<int> calls{0};
  signal.connect([&](Tick const&) { ++calls; });
  run_in_thread([&] { at_thread_exit([&] { signal.emit({}); }); });
  EXPECT_EQ(calls, 1);
}

TEST(ThreadExit, AThreadLocalObjectMayNestDisconnectAndReleaseAtItsEnd) {
  std::atomic<int> living{0};
  Signal<Tick> signal;
  Connection self;
  self = signal.connect([&, counted = Counted(living)](Tick const& tick) {
    if (tick.value > 0) return signal.emit({tick.value - 1});
    self.disconnect();
  });
  run_in_thread([&] {
    at_thread_exit([&] {
      signal.emit({2});
      EXPECT_EQ(living, 0);
    });
    Signal<Tick>().emit({});
  });
  EXPECT_TRUE(signal.empty());
  EXPECT_EQ(living, 0);
}

TEST(ThreadExit, AThreadLocalConnectionMayDisconnectAtItsEnd) {
  Signal<Tick> signal;
  run_in_thread([&] {
    thread_local ScopedConnection scoped;
    scoped = signal.connect([](Tick const&) {});
    signal.emit({});
  });
  EXPECT_TRUE(signal.empty());
}

}  // namespace
}  // namespace sferic::test
