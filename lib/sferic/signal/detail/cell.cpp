#include <sferic/signal/detail/cell.hpp>

#include <sferic/signal/detail/barrier.hpp>

#include <utility>

namespace sferic::detail {

thread_local constinit Cell* this_thread_cell = nullptr;
thread_local constinit Cell* fast_cell = nullptr;

namespace {

constinit std::atomic<Cell*> all_cells{nullptr};

Cell* take_cell() {
  for (Cell* cell = all_cells.load(std::memory_order_acquire); cell != nullptr; cell = cell->next) {
    bool free = false;
    if (cell->taken.compare_exchange_strong(free, true, std::memory_order_acq_rel)) return cell;
  }
  auto* const cell = new Cell;
  cell->next = all_cells.load(std::memory_order_relaxed);
  while (!all_cells.compare_exchange_weak(cell->next, cell, std::memory_order_seq_cst)) {
  }
  return cell;
}

/// Gives a thread's cells back when the thread ends. A thread that emits still later, from another
/// thread-local object's destructor, takes cells that are not given back.
struct CellsOfThread {
  ~CellsOfThread() {
    fast_cell = nullptr;
    for (Cell* cell = std::exchange(this_thread_cell, nullptr); cell != nullptr;) {
      Cell* const inner = std::exchange(cell->inner, nullptr);
      cell->taken.store(false, std::memory_order_release);
      cell = inner;
    }
    ended = true;
  }
  static thread_local constinit bool ended;
};
thread_local constinit bool CellsOfThread::ended = false;

bool belongs_to_this_thread(Cell const& cell) noexcept {
  for (Cell const* own = this_thread_cell; own != nullptr; own = own->inner) {
    if (own == &cell) return true;
  }
  return false;
}

template <class Which>
bool runs_on_a_cell(Plan const& plan, Which which) noexcept {
  for (Cell* cell = all_cells.load(std::memory_order_seq_cst); cell != nullptr; cell = cell->next) {
    if (cell->running.load(std::memory_order_seq_cst) == plan.first() && which(*cell)) return true;
  }
  return false;
}

}  // namespace

Cell* idle_cell() {
  if (this_thread_cell == nullptr) {
    if (!CellsOfThread::ended) {
      static thread_local CellsOfThread const owner;
      static_cast<void>(&owner);
    }
    this_thread_cell = take_cell();
    if (barrier_reaches_emitters()) fast_cell = this_thread_cell;
  }
  Cell* cell = this_thread_cell;
  while (cell->running.load(std::memory_order_relaxed) != nullptr) {
    if (cell->inner == nullptr) cell->inner = take_cell();
    cell = cell->inner;
  }
  return cell;
}

bool runs_on_any_thread(Plan const& plan) noexcept {
  return runs_on_a_cell(plan, [](Cell const&) { return true; });
}

bool runs_on_another_thread(Plan const& plan) noexcept {
  return runs_on_a_cell(plan, [](Cell const& cell) { return !belongs_to_this_thread(cell); });
}

}  // namespace sferic::detail
