#include <sferic/signal/detail/emission.hpp>

#include <sferic/signal/detail/cell.hpp>
#include <sferic/signal/detail/reclaim.hpp>

namespace sferic::detail {

namespace {

/// Ends the use of a cell, and frees plans that may have waited for that. The store must not be
/// seen later than the look for such plans: kOrder is seq_cst where the barrier does not see to it.
template <std::memory_order kOrder>
class CellInUse {
 public:
  explicit CellInUse(Cell& cell) noexcept : cell_(cell) {}
  ~CellInUse() {
    cell_.running.store(nullptr, kOrder);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (plans_are_waiting.load(std::memory_order_seq_cst)) [[unlikely]]
      collect_plans();
  }
  CellInUse(CellInUse const&) = delete;
  CellInUse& operator=(CellInUse const&) = delete;

 private:
  Cell& cell_;
};

inline void run_from(Entry const* entry, void const* event) {
  while (entry != nullptr) entry = entry->thunk.load(std::memory_order_relaxed)(entry, event);
}

/// As run_published(), by its own ordering.
[[gnu::noinline]] void run_in_order(std::atomic<Entry const*> const& published, void const* event) {
  Cell& cell = *idle_cell();
  Entry const* entry = nullptr;
  do {
    entry = published.load(std::memory_order_relaxed);
    cell.running.store(entry, std::memory_order_seq_cst);
  } while (published.load(std::memory_order_seq_cst) != entry);
  CellInUse<std::memory_order_seq_cst> const in_use(cell);
  run_from(entry, event);
}

}  // namespace

void run_published(std::atomic<Entry const*> const& published, void const* event) {
  Cell* const cell = fast_cell;
  if (cell == nullptr || cell->running.load(std::memory_order_relaxed) != nullptr) [[unlikely]]
    return run_in_order(published, event);
  Entry const* const entry = published.load(std::memory_order_relaxed);
  cell->running.store(entry, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (published.load(std::memory_order_acquire) != entry) [[unlikely]] {
    cell->running.store(nullptr, std::memory_order_release);
    return run_in_order(published, event);
  }
  CellInUse<std::memory_order_release> const in_use(*cell);
  run_from(entry, event);
}

}  // namespace sferic::detail
