#pragma once

#include <sferic/signal/detail/plan.hpp>

#include <atomic>

namespace sferic::detail {

/// Where one thread says which plan it is running, so that nobody frees that plan (a hazard
/// pointer). A thread has one cell for each level of nested emissions. Cells are reused, never
/// freed.
struct alignas(64) Cell {
  std::atomic<Entry const*> running{nullptr};
  Cell* inner = nullptr;    ///< the cell for an emission nested in this one; owner only
  bool asymmetric = false;  ///< whoever frees plans issues the barrier for both sides
  std::atomic<bool> taken{true};
  Cell* next = nullptr;  ///< list of all cells
};

/// This thread's outermost cell; null before the thread's first emission.
extern thread_local constinit Cell* this_thread_cell [[gnu::tls_model("initial-exec")]];

/// An idle cell of this thread; creates it if need be.
Cell* idle_cell_slowly();

inline Cell* idle_cell() {
  Cell* const cell = this_thread_cell;
  if (cell == nullptr || cell->running.load(std::memory_order_relaxed) != nullptr) [[unlikely]] {
    return idle_cell_slowly();
  }
  return cell;
}

/// Set while retired plans wait for the emissions that run them.
extern constinit std::atomic<bool> plans_are_waiting;

/// Frees the retired plans that no emission runs any more, and with them their handlers.
void collect_plans() noexcept;

/// Takes over a plan that no new emission can find, and frees it as soon as none runs it.
void retire_plan(Plan* plan) noexcept;

/// After this, a look at what other threads run misses no emission that began before it.
void order_emitters_before_this() noexcept;

/// Whether an emission on another thread than this one runs `plan`.
bool runs_on_another_thread(Plan const& plan) noexcept;

/// Keeps the plan that a signal publishes alive while it runs.
///
/// The emitting side pays plain loads and stores only. It writes down which plan it runs and then
/// looks whether that plan is still the published one; whoever retires a plan first takes it from
/// the signal and then looks for threads that run it. One of the two sees the other, provided that
/// each side's write is visible before its read: the retiring side issues a barrier on all cores
/// (membarrier) for both. Where the system has no such call, and under the thread sanitizer, which
/// does not know it, both sides use sequentially consistent accesses instead.
class Emission {
 public:
  explicit Emission(std::atomic<Entry const*> const& published) : cell_(idle_cell()) {
    first_ = published.load(std::memory_order_relaxed);
    for (;;) {
      Entry const* now;
      if (cell_->asymmetric) [[likely]] {
        cell_->running.store(first_, std::memory_order_relaxed);
        std::atomic_signal_fence(std::memory_order_seq_cst);
        now = published.load(std::memory_order_acquire);
      } else {
        cell_->running.store(first_, std::memory_order_seq_cst);
        now = published.load(std::memory_order_seq_cst);
      }
      if (now == first_) [[likely]]
        return;
      first_ = now;
    }
  }

  ~Emission() {
    if (cell_->asymmetric) [[likely]] {
      cell_->running.store(nullptr, std::memory_order_release);
      std::atomic_signal_fence(std::memory_order_seq_cst);
    } else {
      cell_->running.store(nullptr, std::memory_order_seq_cst);
    }
    if (plans_are_waiting.load(std::memory_order_seq_cst)) [[unlikely]]
      collect_plans();
  }

  Emission(Emission const&) = delete;
  Emission& operator=(Emission const&) = delete;

  void run(void const* event) const {
    Entry const* entry = first_;
    while (entry != nullptr) entry = entry->thunk.load(std::memory_order_relaxed)(entry, event);
  }

 private:
  Cell* cell_;
  Entry const* first_;
};

}  // namespace sferic::detail
