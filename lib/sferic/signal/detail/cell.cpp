#include <sferic/signal/detail/cell.hpp>

#include <sferic/signal/detail/barrier.hpp>

#include <memory>
#include <mutex>
#include <utility>

namespace sferic::detail {

namespace {

constinit Entry const not_in_use;
constinit std::mutex mutex;
constinit Cell* all_cells = nullptr;

void add_to_list(Cell& cell) noexcept {
  std::lock_guard const lock(mutex);
  cell.next = std::exchange(all_cells, &cell);
}

void take_from_list(Cell& cell) noexcept {
  std::lock_guard const lock(mutex);
  Cell** link = &all_cells;
  while (*link != nullptr && *link != &cell) link = &(*link)->next;
  if (*link != nullptr) *link = cell.next;
}

/// Opens a thread's cells to emissions, and takes them away when the thread ends. A thread that
/// emits still later, from another thread-local object's destructor, leaves one cell behind for
/// each depth of nesting.
class CellsOfThread {
 public:
  CellsOfThread() noexcept {
    if (!barrier_reaches_emitters()) return;
    add_to_list(this_thread_cell);
    this_thread_cell.running.store(nullptr, std::memory_order_relaxed);
  }
  ~CellsOfThread() {
    ended = true;
    this_thread_cell.running.store(&not_in_use, std::memory_order_relaxed);
    take_from_list(this_thread_cell);
    while (std::unique_ptr<Cell> const inner{this_thread_cell.inner}) {
      take_from_list(*inner);
      this_thread_cell.inner = inner->inner;
    }
  }
  CellsOfThread(CellsOfThread const&) = delete;
  CellsOfThread& operator=(CellsOfThread const&) = delete;

  static thread_local constinit bool ended;
};
thread_local constinit bool CellsOfThread::ended = false;

Cell& inner_of(Cell& outer) {
  if (outer.inner == nullptr) {
    outer.inner = new Cell;
    add_to_list(*outer.inner);
  }
  return *outer.inner;
}

bool belongs_to_this_thread(Cell const& cell) noexcept {
  for (Cell const* own = &this_thread_cell; own != nullptr; own = own->inner) {
    if (own == &cell) return true;
  }
  return false;
}

/// Calls `visit(cell)` for each cell that runs the plan, until that returns true.
template <class Visit>
bool any_cell_that_runs(Plan const& plan, Visit visit) noexcept {
  std::lock_guard const lock(mutex);
  for (Cell* cell = all_cells; cell != nullptr; cell = cell->next) {
    if (cell->running.load(std::memory_order_seq_cst) == plan.first() && visit(*cell)) return true;
  }
  return false;
}

}  // namespace

thread_local constinit Cell this_thread_cell{.running{&not_in_use}};

Cell& idle_cell() {
  if (!CellsOfThread::ended) {
    static thread_local CellsOfThread const opened;
    static_cast<void>(&opened);
  }
  Cell* cell = &this_thread_cell;
  while (cell->running.load(std::memory_order_relaxed) != nullptr) cell = &inner_of(*cell);
  return *cell;
}

bool runs_on_any_thread(Plan const& plan) noexcept {
  return any_cell_that_runs(plan, [](Cell const&) { return true; });
}

bool runs_on_another_thread(Plan const& plan) noexcept {
  return any_cell_that_runs(plan, [](Cell const& cell) { return !belongs_to_this_thread(cell); });
}

bool mark_retired(Plan const& plan) noexcept {
  bool fresh = false;
  any_cell_that_runs(plan, [&](Cell& cell) {
    if (!cell.retired.exchange(true, std::memory_order_seq_cst)) fresh = true;
    return false;
  });
  return fresh;
}

}  // namespace sferic::detail
