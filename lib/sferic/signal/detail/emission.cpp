#include <sferic/signal/detail/emission.hpp>

#include <sferic/signal/detail/cell.hpp>
#include <sferic/signal/detail/reclaim.hpp>

namespace sferic::detail {

namespace {

/// Ends the use of a cell, and frees its plan if that was retired meanwhile. The store must not be
/// seen later than the look: kOrder is seq_cst where the barrier does not see to it.
template <std::memory_order kOrder>
class CellInUse {
 public:
  explicit CellInUse(Cell& cell) noexcept : cell_(cell) {}
  ~CellInUse() {
    cell_.running.store(nullptr, kOrder);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (cell_.retired.load(
            kOrder == std::memory_order_seq_cst ? kOrder : std::memory_order_acquire)) [[unlikely]]
      collect_plans(cell_);
  }
  CellInUse(CellInUse const&) = delete;
  CellInUse& operator=(CellInUse const&) = delete;

 private:
  Cell& cell_;
};

/// As run_published(), by its own ordering.
[[gnu::noinline]] void run_in_order(std::atomic<Entry const*> const& published, void const* event) {
  Cell& cell = idle_cell();
  CellInUse<std::memory_order_seq_cst> const in_use(cell);
  Entry const* entry = nullptr;
  do {
    entry = published.load(std::memory_order_relaxed);
    cell.running.store(entry, std::memory_order_seq_cst);
  } while (published.load(std::memory_order_seq_cst) != entry);
  if (entry != nullptr) run(entry, event);
}

}  // namespace

void run_published(std::atomic<Entry const*> const& published, void const* event,
                   Entry const* entry) {
  Cell& cell = this_thread_cell;
  if (cell.running.load(std::memory_order_relaxed) != nullptr) [[unlikely]]
    return run_in_order(published, event);
  cell.running.store(entry, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (published.load(std::memory_order_acquire) != entry) [[unlikely]] {
    cell.running.store(nullptr, std::memory_order_release);
    return run_in_order(published, event);
  }
  CellInUse<std::memory_order_release> const in_use(cell);
  run(entry, event);
}

}  // namespace sferic::detail
