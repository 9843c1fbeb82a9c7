#pragma once

#include <sferic/signal/detail/plan.hpp>

#include <atomic>

namespace sferic::detail {

/// Where one thread says which plan it is running, so that nobody frees that plan (a hazard
/// pointer). A thread has one cell for each level of nested emissions.
struct alignas(64) Cell {
  std::atomic<Entry const*> running{nullptr};
  std::atomic<bool> retired{false};  ///< the plan is retired: collect it after this emission
  Cell* inner = nullptr;             ///< the cell for an emission nested in this one; owner only
  Cell* next = nullptr;              ///< list of all cells, guarded by its mutex
};

/// This thread's outermost cell. Between emissions its `running` is null on threads that the
/// barrier reaches (see barrier.hpp): an emission that finds it so needs no ordering of its own.
/// Elsewhere, and before a thread's first emission, it is never null.
extern thread_local constinit Cell this_thread_cell [[gnu::tls_model("initial-exec")]];

/// An idle cell of this thread, which is made if need be.
Cell& idle_cell();

/// Whether an emission on any thread, or on another than this one, runs the plan.
bool runs_on_any_thread(Plan const& plan) noexcept;
bool runs_on_another_thread(Plan const& plan) noexcept;

/// Tells the emissions that run the plan that it is retired; true if one was not told before.
bool mark_retired(Plan const& plan) noexcept;

}  // namespace sferic::detail
