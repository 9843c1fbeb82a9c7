#pragma once

#include <sferic/signal/detail/plan.hpp>

#include <atomic>

namespace sferic::detail {

/// Where one thread says which plan it is running, so that nobody frees that plan (a hazard
/// pointer). A thread has one cell for each level of nested emissions. Cells are reused, never
/// freed.
struct alignas(64) Cell {
  std::atomic<Entry const*> running{nullptr};
  Cell* inner = nullptr;  ///< the cell for an emission nested in this one; owner only
  std::atomic<bool> taken{true};
  Cell* next = nullptr;  ///< list of all cells
};

/// This thread's outermost cell; null before the thread's first emission.
extern thread_local constinit Cell* this_thread_cell [[gnu::tls_model("initial-exec")]];

/// The same on threads that the barrier reaches (see barrier.hpp), else null: an emission that
/// finds this cell idle needs no ordering of its own.
extern thread_local constinit Cell* fast_cell [[gnu::tls_model("initial-exec")]];

/// An idle cell of this thread, which is made if need be.
Cell* idle_cell();

/// Whether an emission on any thread, or on another than this one, runs the plan.
bool runs_on_any_thread(Plan const& plan) noexcept;
bool runs_on_another_thread(Plan const& plan) noexcept;

}  // namespace sferic::detail
