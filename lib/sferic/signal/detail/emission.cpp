#include <sferic/signal/detail/emission.hpp>

namespace sferic::detail {

void run_in_order(std::atomic<Entry const*> const& published, void const* event) {
  Cell& cell = idle_cell();
  struct InUse {
    Cell& cell;
    ~InUse() { end_use(cell, std::memory_order_seq_cst); }
  } const in_use{cell};
  Entry const* entry = nullptr;
  do {
    entry = published.load(std::memory_order_relaxed);
    cell.running.store(entry, std::memory_order_seq_cst);
  } while (published.load(std::memory_order_seq_cst) != entry);
  if (entry != nullptr) run(entry, event);
}

}  // namespace sferic::detail
