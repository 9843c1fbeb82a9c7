// What a signal takes from the heap, and when. A program of its own: it replaces operator new.

#include <sferic/signal/signal.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <thread>
#include <utility>

#include "signal/support.hpp"

namespace {
std::atomic<std::int64_t> allocations{0};
std::atomic<std::int64_t> releases{0};
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  void* const block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  auto const align = static_cast<std::size_t>(alignment);
  void* const block = std::aligned_alloc(align, (size + align - 1) / align * align);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void operator delete(void* block) noexcept {
  ++releases;
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }
void operator delete(void* block, std::align_val_t) noexcept { operator delete(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  operator delete(block);
}

namespace sferic::test {
namespace {

static_assert(sizeof(Signal<Tick>) <= 64);

template <class Function>
std::int64_t allocations_in(Function function) {
  auto const before = allocations.load();
  function();
  return allocations - before;
}

TEST(Allocation, ASignalWithoutConnectionsTakesNothing) {
  EXPECT_EQ(allocations_in([] {
    Signal<Tick> signal;
    signal.emit({});
    signal.disconnect_all();
    EXPECT_TRUE(signal.empty());
    Signal<Tick> const moved = std::move(signal);
  }),
            0);
}

TEST(Allocation, AnEmissionTakesNothing) {
  Signal<Tick> signal;
  auto const owner = std::make_shared<int>(0);
  int calls = 0;
  signal.connect(counts(calls));
  signal.connect(every(2), counts(calls));
  signal.connect(track(owner, counts(calls)));
  signal.connect(track_same_thread(owner, counts(calls)));
  auto const blocked = signal.connect(counts(calls)).block();
  signal.emit({});
  EXPECT_EQ(allocations_in([&] {
    for (int i = 0; i < 100; ++i) signal.emit({});
  }),
            0);
}

TEST(Allocation, ANestedEmissionTakesNothingTheSecondTime) {
  Signal<Tick> signal;
  signal.connect([&](Tick const& tick) {
    if (tick.value > 0) signal.emit({tick.value - 1});
  });
  signal.emit({5});
  EXPECT_EQ(allocations_in([&] { signal.emit({5}); }), 0);
}

TEST(Allocation, BlockingTakesNothing) {
  Signal<Tick> signal;
  Connection const connection = signal.connect([](Tick const&) {});
  signal.emit({});
  EXPECT_EQ(allocations_in([&] {
    auto const blocker = connection.block();
    signal.emit({});
  }),
            0);
}

TEST(Allocation, AHandlerLivesInItsSlot) {
  Signal<Tick> signal;
  auto const connects = [&](auto handler) {
    return allocations_in([&] { signal.connect(std::move(handler)); });
  };
  connects([](Tick const&) {});  // the first one makes the signal's own things
  auto const small = connects([](Tick const&) {});
  auto const large =
      connects([data = std::array<char, 1000>()](Tick const&) { static_cast<void>(data); });
  EXPECT_EQ(small, large);
}

TEST(Allocation, ConnectingManySlotsCompilesOnePlanForAllOfThem) {
  Signal<Tick> signal;
  auto const connect = [&] { return allocations_in([&] { signal.connect([](Tick const&) {}); }); };
  connect();
  signal.emit({});
  auto const second = connect();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(connect(), second);
  EXPECT_LT(allocations_in([&] { signal.emit({}); }), 20);
  EXPECT_EQ(allocations_in([&] { signal.emit({}); }), 0);
}

TEST(Allocation, ChangesWithoutEmissionsDoNotPileUp) {
  Signal<Tick> signal;
  Connection const kept = signal.connect([](Tick const&) {});
  signal.emit({});
  auto const held = [] { return allocations - releases; };
  signal.connect([](Tick const&) {}).disconnect();
  auto const before = held();
  for (int i = 0; i < 1000; ++i) signal.connect([](Tick const&) {}).disconnect();
  EXPECT_EQ(held(), before);
}

TEST(Allocation, ChangesAndEmissionsDoNotPileUp) {
  Signal<Tick> signal;
  Connection const kept = signal.connect([](Tick const&) {});
  auto const held = [] { return allocations - releases; };
  auto const change = [&] {
    Connection const connection = signal.connect([](Tick const&) {});
    signal.emit({});
    connection.disconnect();
    signal.emit({});
  };
  change();
  auto const before = held();
  for (int i = 0; i < 1000; ++i) change();
  EXPECT_EQ(held(), before);
}

TEST(Allocation, AThreadThatEmittedLeavesNothingBehind) {
  Signal<Tick> signal;
  signal.connect([&](Tick const& tick) {
    if (tick.value > 0) signal.emit({tick.value - 1});
  });
  auto const in_a_thread = [&] { std::jthread([&] { signal.emit({3}); }).join(); };
  in_a_thread();
  auto const before = allocations - releases;
  for (int i = 0; i < 10; ++i) in_a_thread();
  EXPECT_EQ(allocations - releases, before);
}

}  // namespace
}  // namespace sferic::test
