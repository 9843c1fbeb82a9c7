#include <sferic/signal/detail/reclaim.hpp>

#include <sferic/signal/detail/barrier.hpp>
#include <sferic/signal/detail/cell.hpp>

#include <mutex>
#include <utility>

namespace sferic::detail {

constinit std::atomic<bool> plans_are_waiting{false};

namespace {

/// Plans that no new emission can find, until no emission runs them.
struct Retired {
  std::mutex mutex;
  Plan* plans = nullptr;
};

Retired& retired() noexcept {
  static auto& instance = *new Retired;  // outlives all static objects that own signals
  return instance;
}

/// Takes the plans that no emission runs out of the list, whose mutex the caller holds.
Plan* take_unused() noexcept {
  Plan* unused = nullptr;
  for (Plan** link = &retired().plans; *link != nullptr;) {
    Plan* const plan = *link;
    if (runs_on_any_thread(*plan)) {
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

}  // namespace sferic::detail
