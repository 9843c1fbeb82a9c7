// Contracts 6 and 7: disconnecting, waiting and releasing with other threads inside emissions.

#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

void emit_plainly(Signal<Tick>& signal) { signal.emit({}); }

void emit_to_all(Signal<Tick>& signal) {
  signal.emit_to_all({}, [](std::exception_ptr const&) {});
}

/// A signal with one slot, which another thread calls until it is let go.
class LongCall {
 public:
  explicit LongCall(void (*emit)(Signal<Tick>&) = &emit_plainly)
      : emitter_([this, emit] { emit(signal); }) {
    while (!inside_) std::this_thread::yield();
  }
  ~LongCall() { let_go(); }

  void let_go() { let_go_ = true; }

  void end() {
    let_go();
    emitter_.join();
  }

  std::atomic<int> living{0};
  Signal<Tick> signal;
  Connection const connection = signal.connect([this, counted = Counted(living)](Tick const&) {
    inside_ = true;
    while (!let_go_) std::this_thread::yield();
    // The more time a disconnect_and_wait() that does not wait has to show it, the better.
    for (int i = 0; i < 1000; ++i) std::this_thread::yield();
    returned = true;
  });
  std::atomic<bool> returned{false};

 private:
  std::atomic<bool> inside_{false};
  std::atomic<bool> let_go_{false};
  std::jthread emitter_;
};

TEST(ReleaseThreads, DisconnectDoesNotWaitForACallOnAnotherThread) {
  LongCall call;
  call.connection.disconnect();
  EXPECT_FALSE(call.returned);
  EXPECT_FALSE(call.connection.connected());
}

TEST(ReleaseThreads, CapturesOfARunningSlotAreReleasedWhenItsEmissionReturns) {
  LongCall call;
  call.connection.disconnect();
  EXPECT_EQ(call.living, 1);
  call.end();
  EXPECT_EQ(call.living, 0);
}

TEST(ReleaseThreads, DisconnectAndWaitReturnsAfterTheCall) {
  LongCall call;
  call.let_go();
  call.connection.disconnect_and_wait();
  EXPECT_TRUE(call.returned);
}

TEST(ReleaseThreads, DisconnectAndWaitWaitsThoughTheSlotWasDisconnectedBefore) {
  LongCall call;
  call.connection.disconnect();
  call.let_go();
  call.connection.disconnect_and_wait();
  EXPECT_TRUE(call.returned);
}

TEST(ReleaseThreads, DisconnectAndWaitWaitsThoughThePlanHasBeenReplaced) {
  LongCall call;
  call.signal.connect([](Tick const&) {});
  Blocker const blocker = call.connection.block();
  call.signal.emit({});
  call.let_go();
  call.connection.disconnect_and_wait();
  EXPECT_TRUE(call.returned);
}

TEST(ReleaseThreads, DisconnectAndWaitWaitsForACallOfEmitToAllToo) {
  LongCall call(&emit_to_all);
  call.let_go();
  call.connection.disconnect_and_wait();
  EXPECT_TRUE(call.returned);
}

TEST(ReleaseThreads, DisconnectAndWaitDoesNotWaitForOtherSignals) {
  LongCall const call;
  Signal<Tick> other;
  Connection const connection = other.connect([](Tick const&) {});
  other.emit({});
  connection.disconnect_and_wait();
  EXPECT_FALSE(call.returned);
}

TEST(ReleaseThreads, ASlotConnectedAfterTheEmissionBeganIsNotWaitedFor) {
  LongCall call;
  Connection const fresh = call.signal.connect(Counted::held(call.living));
  fresh.disconnect_and_wait();
  EXPECT_FALSE(call.returned);
  EXPECT_EQ(call.living, 1);
}

TEST(ReleaseThreads, AfterDisconnectAndWaitWhatTheSlotUsesMayBeDestroyed) {
  Signal<Tick> signal;
  Running const running;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (running) signal.emit({1});
    });
  }
  while (running) {
    auto used = std::make_unique<std::atomic<int>>(0);
    Connection const connection =
        signal.connect([used = used.get()](Tick const& tick) { *used += tick.value; });
    signal.emit({1});
    connection.disconnect_and_wait();
    EXPECT_GE(*used, 1);
  }
}

TEST(ReleaseThreads, DisconnectReleasesAtOnceThoughOtherThreadsEmitOtherSignals) {
  std::atomic<int> living{0};
  Signal<Tick> signal;
  int late = 0;
  {
    Running const running;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        Signal<Tick> other;
        other.connect([](Tick const&) {});
        while (running) other.emit({});
      });
    }
    while (running) {
      Connection const connection = signal.connect(Counted::held(living));
      signal.emit({});
      connection.disconnect();
      late += living;
    }
  }
  EXPECT_EQ(late, 0);
}

TEST(ReleaseThreads, CapturesEndThoughAnotherThreadConnectsMeanwhile) {
  for (int round = 0; round < 300; ++round) {
    std::atomic<int> living{0};
    Signal<Tick> signal;
    Connection const connection = signal.connect(Counted::held(living));
    signal.emit({});
    std::atomic<bool> started{false};
    {
      std::jthread const other([&] {
        started = true;
        signal.connect([](Tick const&) {});
      });
      while (!started) std::this_thread::yield();
      connection.disconnect();
    }
    ASSERT_EQ(living, 0) << "in round " << round;
  }
}

TEST(ReleaseThreads, CapturesEndThoughAnotherThreadCompilesThePlanMeanwhile) {
  for (int round = 0; round < 300; ++round) {
    std::atomic<int> living{0};
    Signal<Tick> signal;
    signal.connect([](Tick const&) {});
    Connection const connection = signal.connect(Counted::held(living));
    std::atomic<bool> started{false};
    {
      std::jthread const other([&](std::stop_token const& stop) {
        started = true;
        while (!stop.stop_requested()) signal.emit({});
      });
      while (!started) std::this_thread::yield();
      connection.disconnect();
    }
    ASSERT_EQ(living, 0) << "in round " << round;
  }
}

TEST(ReleaseThreads, TwoThreadsMayDisconnectTheSameSlot) {
  std::atomic<int> living{0};
  for (int round = 0; round < 200; ++round) {
    Signal<Tick> signal;
    Connection const connection = signal.connect(Counted::held(living));
    signal.emit({});
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 2; ++i) threads.emplace_back([&] { connection.disconnect_and_wait(); });
    }
    EXPECT_EQ(living, 0);
    EXPECT_TRUE(signal.empty());
  }
}

TEST(ReleaseThreads, AConnectionMayBeUsedWhileItsSignalEndsOnAnotherThread) {
  for (int round = 0; round < 200; ++round) {
    auto signal = std::make_unique<Signal<Tick>>();
    Connection const connection = signal->connect([](Tick const&) {});
    signal->emit({});
    std::jthread const other([&] {
      Blocker const blocker = connection.block();
      static_cast<void>(connection.connected());
      connection.disconnect_and_wait();
    });
    signal.reset();
  }
}

}  // namespace
}  // namespace sferic::test
