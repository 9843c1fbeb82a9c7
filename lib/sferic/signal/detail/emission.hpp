#pragma once

#include <sferic/signal/detail/cell.hpp>
#include <sferic/signal/detail/plan.hpp>
#include <sferic/signal/detail/reclaim.hpp>

#include <atomic>

namespace sferic::detail {

/// Ends the use of a cell, and frees its plan if that was retired meanwhile. The store must not be
/// seen later than the look: the order is seq_cst where the barrier does not see to it.
inline void end_use(Cell& cell, std::memory_order order) noexcept {
  cell.running.store(nullptr, order);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (cell.retired.load(std::memory_order_seq_cst)) [[unlikely]]
    collect_plans(cell);
}

/// As run_published(), by its own ordering.
void run_in_order(std::atomic<Entry const*> const& published, void const* event);

/// Runs the plan that a signal publishes, seen to be `entry`, and keeps it alive meanwhile.
///
/// The emitting side pays plain loads and stores only. It writes down which plan it runs and then
/// looks whether that plan is still the published one; whoever retires a plan first takes it from
/// the signal and then looks for threads that run it. One of the two sees the other, provided that
/// each side's write is visible before its read: the retiring side issues a barrier on all cores
/// (membarrier) for both. The same holds at the end, for the emitter that ends its use of the plan
/// and then looks whether it was retired, and the retiring side that marks it so and then looks who
/// still runs it. Where the system has no such call, under the thread sanitizer, which does not
/// know it, and in nested emissions, both sides use sequentially consistent accesses instead.
///
/// Inlined, and without a reference to the cell, whose place the compiler knows: else an emission
/// to one slot would take longer than a plain loop's.
[[gnu::always_inline]] inline void run_published(std::atomic<Entry const*> const& published,
                                                 void const* event, Entry const* entry) {
  if (this_thread_cell.running.load(std::memory_order_relaxed) != nullptr) [[unlikely]]
    return run_in_order(published, event);
  this_thread_cell.running.store(entry, std::memory_order_release);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (published.load(std::memory_order_acquire) != entry) [[unlikely]] {
    this_thread_cell.running.store(nullptr, std::memory_order_release);
    return run_in_order(published, event);
  }
  struct InUse {
    ~InUse() { end_use(this_thread_cell, std::memory_order_release); }
  } const in_use;
  run(entry, event);
}

}  // namespace sferic::detail
