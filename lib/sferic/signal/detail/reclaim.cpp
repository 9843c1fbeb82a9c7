#include <sferic/signal/detail/reclaim.hpp>

#include <sferic/signal/detail/barrier.hpp>

#include <mutex>
#include <utility>

namespace sferic::detail {

namespace {

/// Plans that no new emission can find, until no emission runs them.
constinit std::mutex mutex;
constinit Plan* retired = nullptr;

/// Takes the plans that no emission runs out of the list, whose mutex the caller holds. Emissions
/// that run one of the others are told.
Plan* take_unused() noexcept {
  bool told = false;
  for (Plan* plan = retired; plan != nullptr; plan = plan->next_retired) {
    if (mark_retired(*plan)) told = true;
  }
  if (told) order_emitters_before_this();  // whoever missed the mark is seen to have ended
  Plan* unused = nullptr;
  for (Plan** link = &retired; *link != nullptr;) {
    Plan* const plan = *link;
    if (runs_on_any_thread(*plan)) {
      link = &plan->next_retired;
    } else {
      *link = plan->next_retired;
      plan->next_retired = std::exchange(unused, plan);
    }
  }
  return unused;
}

void delete_all(Plan* plans) noexcept {
  while (plans != nullptr) delete std::exchange(plans, plans->next_retired);
}

}  // namespace

void retire_plan(Plan* plan) noexcept {
  if (plan == nullptr) return;
  Plan* unused = nullptr;
  {
    std::lock_guard const lock(mutex);
    plan->next_retired = std::exchange(retired, plan);
    order_emitters_before_this();
    // Under the same lock: no other thread is to free this plan after retire_plan has returned.
    unused = take_unused();
  }
  delete_all(unused);
}

void collect_plans(Cell& cell) noexcept {
  cell.retired.store(false, std::memory_order_relaxed);
  Plan* unused = nullptr;
  {
    std::lock_guard const lock(mutex);
    unused = take_unused();
  }
  delete_all(unused);
}

}  // namespace sferic::detail
