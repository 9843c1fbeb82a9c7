// Contract 7: any thread may emit, connect, disconnect and block at any time.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

using Threads = std::vector<std::jthread>;

TEST(SignalThreads, EmissionsOnSeveralThreadsAllReachTheSlots) {
  Signal<Tick> signal;
  std::atomic<int> calls{0};
  signal.connect([&](Tick const&) { ++calls; });
  {
    Threads threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 1000; ++n) signal.emit({});
      });
    }
  }
  EXPECT_EQ(calls, 4000);
}

TEST(SignalThreads, ASlotThatStaysIsCalledByEachEmissionWhateverOthersChange) {
  std::atomic<int> living{0};
  std::atomic<int> emissions{0};
  std::atomic<int> calls{0};
  {
    Signal<Tick> signal;
    signal.connect([&, counted = Counted(living)](Tick const&) { ++calls; }, Order::kLate);
    Connection const blocked = signal.connect(Counted::held(living));
    Running const running;
    Threads threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        while (running) signal.emit({++emissions});
      });
      threads.emplace_back([&] {
        while (running) {
          ScopedConnection const early = signal.connect(Counted::held(living), Order::kEarly);
          Connection const last = signal.connect(Counted::held(living), Order::kLast);
          last.disconnect();
        }
      });
    }
    threads.emplace_back([&] {
      while (running) Blocker const blocker = blocked.block();
    });
    threads.emplace_back([&] {
      while (running) signal.disconnect(Order::kEarly);
    });
  }
  EXPECT_EQ(calls, emissions);
  EXPECT_EQ(living, 0);
}

TEST(SignalThreads, ASlotIsCalledByTheNextEmissionThoughOthersConnectTheirFirstAtTheSameTime) {
  std::atomic<int> missed{0};
  for (int round = 0; round < 200; ++round) {
    Signal<Tick> signal;
    std::atomic<int> ready{0};
    Threads threads;  // new ones: their first allocations are slow enough to meet each other
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        std::atomic<bool> called{false};
        ++ready;
        while (ready < 3) std::this_thread::yield();
        Connection const own = signal.connect([&](Tick const&) { called = true; });
        signal.emit({});
        missed += called ? 0 : 1;
        own.disconnect_and_wait();
      });
    }
  }
  EXPECT_EQ(missed, 0);
}

/// Threads that keep a signal compiling new plans, and emit them.
Threads churn(Signal<Tick>& signal, Running const& running) {
  Threads threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (running) {
        ScopedConnection const passing = signal.connect([](Tick const&) {});
        signal.emit({});
      }
    });
  }
  return threads;
}

TEST(SignalThreads, ABlockedSlotIsNotCalledWhateverOthersChange) {
  Signal<Tick> signal;
  thread_local bool blocked = false;
  std::atomic<int> wrong{0};
  Connection const connection = signal.connect([&](Tick const&) { wrong += blocked ? 1 : 0; });
  for (int i = 0; i < 50; ++i) signal.connect([](Tick const&) {});
  Running const running;
  Threads const others = churn(signal, running);
  while (running) {
    Blocker const blocker = connection.block();
    blocked = true;
    signal.emit({});
    blocked = false;
  }
  EXPECT_EQ(wrong, 0);
}

TEST(SignalThreads, AnUnblockedSlotIsCalledWhateverOthersChange) {
  Signal<Tick> signal;
  thread_local bool called = false;
  int missed = 0;
  Connection const connection = signal.connect([&](Tick const&) { called = true; });
  for (int i = 0; i < 50; ++i) signal.connect([](Tick const&) {});
  Running const running;
  Threads const others = churn(signal, running);
  while (running) {
    {
      Blocker const blocker = connection.block();
    }
    called = false;
    signal.emit({});
    missed += called ? 0 : 1;
  }
  EXPECT_EQ(missed, 0);
}

TEST(SignalThreads, ANewSlotIsCalledWhateverOthersChange) {
  Signal<Tick> signal;
  int missed = 0;
  for (int i = 0; i < 50; ++i) signal.connect([](Tick const&) {});
  Running const running;
  Threads const others = churn(signal, running);
  while (running) {
    thread_local bool called;
    called = false;
    ScopedConnection const fresh = signal.connect([&](Tick const&) { called = true; });
    signal.emit({});
    missed += called ? 0 : 1;
  }
  EXPECT_EQ(missed, 0);
}

TEST(SignalThreads, ADisconnectedSlotIsNotCalledWhateverOthersChange) {
  Signal<Tick> signal;
  std::atomic<int> wrong{0};
  Running const running;
  Threads const others = churn(signal, running);
  while (running) {
    thread_local bool disconnected;
    disconnected = false;
    Connection const connection =
        signal.connect([&](Tick const&) { wrong += disconnected ? 1 : 0; });
    signal.emit({});
    connection.disconnect();
    disconnected = true;
    signal.emit({});
  }
  EXPECT_EQ(wrong, 0);
}

TEST(SignalThreads, NoLockIsHeldWhileASlotRuns) {
  Signal<Tick> signal;
  std::atomic<bool> done{false};
  std::atomic<bool> inside{false};
  signal.connect(once(), [&](Tick const&) {
    inside = true;
    while (!done) std::this_thread::yield();
  });
  std::jthread const emitter([&] { signal.emit({}); });
  while (!inside) std::this_thread::yield();
  Connection const other = signal.connect([](Tick const&) {});
  signal.emit({});
  {
    Blocker const blocker = other.block();
  }
  other.disconnect_and_wait();
  signal.disconnect(Order::kLate);
  EXPECT_EQ(signal.slot_count(), 1u);
  done = true;  // all of this came to its end while the slot ran
}

TEST(SignalThreads, NoLockIsHeldWhileADestructorRuns) {
  std::atomic<int> ended{0};
  {
    Signal<Tick> signal;
    Running const running;
    Threads threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        while (running) {
          ScopedConnection const own = signal.connect([&, end = AtEnd([&] {
            signal.emit({});
            signal.connect([](Tick const&) {}).disconnect();
            static_cast<void>(signal.slot_count());
            ++ended;
          })](Tick const&) {});
          signal.emit({});
        }
      });
    }
  }
  EXPECT_GT(ended, 0);
}

TEST(SignalThreads, AnExceptionOnOneThreadDoesNotReachAnother) {
  Signal<Tick> signal;
  signal.connect([](Tick const& tick) {
    if (tick.value == 1) throw 1;
  });
  Threads threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, value = i % 2] {
      for (int n = 0; n < 500; ++n) {
        int caught = 0;
        try {
          signal.emit({value});
        } catch (int number) {
          caught = number;
        }
        EXPECT_EQ(caught, value);
      }
    });
  }
}

TEST(SignalThreads, ATrackedOwnerIsAliveInEachCallWhoeverDropsIt) {
  Signal<Tick> signal;
  Running const running;
  Threads threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (running) signal.emit({});
    });
  }
  while (running) {
    auto owner = std::make_shared<std::string>("alive, and too long to be stored inline");
    signal.connect(track(owner, [text = owner.get()](Tick const&) {
      EXPECT_EQ(text->front(), 'a');
      EXPECT_EQ(text->back(), 'e');
    }));
    signal.emit({});
  }
}

TEST(SignalThreads, OnceAndFirstNeverLetTooManyThrough) {
  for (int round = 0; round < 50; ++round) {
    Signal<Tick> signal;
    std::atomic<int> once_calls{0};
    std::atomic<int> first_calls{0};
    signal.connect(once(), [&](Tick const&) { ++once_calls; });
    signal.connect(first(10), [&](Tick const&) { ++first_calls; });
    {
      Threads threads;
      for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
          for (int n = 0; n < 50; ++n) signal.emit({});
        });
      }
    }
    EXPECT_EQ(once_calls, 1);
    EXPECT_EQ(first_calls, 10);
  }
}

}  // namespace
}  // namespace sferic::test
