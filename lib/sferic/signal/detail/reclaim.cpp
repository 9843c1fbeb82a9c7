#include <sferic/signal/detail/reclaim.hpp>

#include <sferic/signal/detail/barrier.hpp>

#include <mutex>
#include <utility>

namespace sferic::detail {

namespace {

/// Plans that no new emission can find, until no emission runs them.
constinit std::mutex mutex;
constinit Plan* retired = nullptr;

/// A plan that waits for the next one to be retired, which saves its barrier.
constinit Plan* put_off = nullptr;

void add(Plan* plan) noexcept {
  if (plan != nullptr) plan->next_retired = std::exchange(retired, plan);
}

/// Tells the emissions that run a retired plan; true if one was not told before.
bool tell_emitters() noexcept {
  bool told = false;
  for (Plan const* plan = retired; plan != nullptr; plan = plan->next_retired) {
    if (mark_retired(*plan)) told = true;
  }
  return told;
}

/// Takes the plans that no emission runs out of the list, whose mutex the caller holds. All plans
/// in it have been there at a barrier, so that the emissions that run them are seen.
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

void retire_plan(Plan* plan) noexcept {
  Plan* unused = nullptr;
  {
    std::lock_guard const lock(mutex);
    add(plan);
    add(std::exchange(put_off, nullptr));
    if (retired == nullptr) return;
    tell_emitters();  // here, so that one barrier mostly does for all
    order_emitters_before_this();
    // Under the same lock: no other thread is to free this plan after retire_plan has returned.
    unused = take_unused();
  }
  delete_all(unused);
}

void retire_plan_later(Plan* plan) noexcept {
  if (plan == nullptr) return;
  {
    std::lock_guard const lock(mutex);
    if (put_off == nullptr) {
      put_off = plan;
      return;
    }
  }
  retire_plan(plan);
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
