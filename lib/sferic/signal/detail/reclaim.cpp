#include <sferic/signal/detail/reclaim.hpp>

#include <sferic/signal/detail/barrier.hpp>

#include <mutex>
#include <utility>

namespace sferic::detail {

namespace {

/// Lists of plans that no new emission can find, and their mutex: those that were there at a
/// barrier already, so that the emissions that run them are seen, and those that wait for one.
constinit std::mutex mutex;
constinit Plan* retired = nullptr;
constinit Plan* waiting = nullptr;

/// Tells the emissions that run a retired plan; true if one was not told before.
bool tell_emitters() noexcept {
  bool told = false;
  for (Plan const* plan = retired; plan != nullptr; plan = plan->next_retired) {
    if (mark_retired(*plan)) told = true;
  }
  return told;
}

/// Takes the plans that no emission runs out of the list of retired ones; the caller holds the
/// mutex.
Plan* take_unused() noexcept {
  while (tell_emitters()) order_emitters_before_this();  // who missed it is then seen to have ended
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

bool retire_plan(Plan* plan) noexcept {
  if (plan == nullptr) return false;
  std::lock_guard const lock(mutex);
  plan->next_retired = std::exchange(waiting, plan);
  return plan->next_retired != nullptr;
}

void free_retired_plans() noexcept {
  Plan* unused = nullptr;
  {
    std::lock_guard const lock(mutex);
    while (waiting != nullptr) {
      Plan* const plan = std::exchange(waiting, waiting->next_retired);
      plan->next_retired = std::exchange(retired, plan);
    }
    if (retired == nullptr) return;
    tell_emitters();  // already here, so that one barrier mostly does for all
    order_emitters_before_this();
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
