#include <sferic/signal/detail/emission.hpp>

#include <linux/membarrier.h>
#include <sys/syscall.h>

#include <mutex>
#include <unistd.h>
#include <utility>

namespace sferic::detail {

thread_local constinit Cell* this_thread_cell = nullptr;
constinit std::atomic<bool> plans_are_waiting{false};

namespace {

constexpr bool kThreadSanitizer =
#if defined(__SANITIZE_THREAD__)
    true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

bool membarrier(int command) noexcept { return ::syscall(SYS_membarrier, command, 0, 0) == 0; }

/// Whether a barrier on all of this process's threads is to be had.
bool asymmetric() noexcept {
  static bool const registered =
      !kThreadSanitizer && membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  return registered;
}

constinit std::atomic<Cell*> all_cells{nullptr};

Cell* take_cell() {
  for (Cell* cell = all_cells.load(std::memory_order_acquire); cell != nullptr; cell = cell->next) {
    bool free = false;
    if (cell->taken.compare_exchange_strong(free, true, std::memory_order_acq_rel)) return cell;
  }
  auto* const cell = new Cell;
  cell->asymmetric = asymmetric();
  cell->next = all_cells.load(std::memory_order_relaxed);
  while (!all_cells.compare_exchange_weak(cell->next, cell, std::memory_order_seq_cst)) {
  }
  return cell;
}

/// Gives a thread's cells back when the thread ends. A thread that emits still later, from another
/// thread-local object's destructor, takes cells that are not given back.
struct CellsOfThread {
  ~CellsOfThread() {
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

/// Plans that no new emission can find, until no emission runs them.
struct Retired {
  std::mutex mutex;
  Plan* plans = nullptr;
};

Retired& retired() noexcept {
  static auto& instance = *new Retired;  // outlives all static objects that own signals
  return instance;
}

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

/// Takes the plans that no emission runs out of the list, whose mutex the caller holds.
Plan* take_unused() noexcept {
  Plan* unused = nullptr;
  for (Plan** link = &retired().plans; *link != nullptr;) {
    Plan* const plan = *link;
    if (runs_on_a_cell(*plan, [](Cell const&) { return true; })) {
      link = &plan->next_retired;
    } else {
      *link = plan->next_retired;
      plan->next_retired = std::exchange(unused, plan);
    }
  }
  plans_are_waiting.store(retired().plans != nullptr, std::memory_order_seq_cst);
  return unused;
}

void delete_all(Plan* plans) noexcept {
  while (plans != nullptr) delete std::exchange(plans, plans->next_retired);
}

}  // namespace

Cell* idle_cell_slowly() {
  if (this_thread_cell == nullptr) {
    if (!CellsOfThread::ended) {
      static thread_local CellsOfThread const owner;
      static_cast<void>(&owner);
    }
    this_thread_cell = take_cell();
  }
  Cell* cell = this_thread_cell;
  while (cell->running.load(std::memory_order_relaxed) != nullptr) {
    if (cell->inner == nullptr) cell->inner = take_cell();
    cell = cell->inner;
  }
  return cell;
}

void order_emitters_before_this() noexcept {
  if (asymmetric()) membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

void collect_plans() noexcept {
  Plan* unused = nullptr;
  {
    std::lock_guard const lock(retired().mutex);
    unused = take_unused();
  }
  delete_all(unused);
}

void retire_plan(Plan* plan) noexcept {
  if (plan == nullptr) return;
  Plan* unused = nullptr;
  {
    std::lock_guard const lock(retired().mutex);
    plan->next_retired = std::exchange(retired().plans, plan);
    plans_are_waiting.store(true, std::memory_order_seq_cst);
    order_emitters_before_this();
    // Under the same lock: no other thread is to free this plan after retire_plan has returned.
    unused = take_unused();
  }
  delete_all(unused);
}

bool runs_on_another_thread(Plan const& plan) noexcept {
  return runs_on_a_cell(plan, [](Cell const& cell) { return !belongs_to_this_thread(cell); });
}

}  // namespace sferic::detail
