#pragma once

#include <sferic/signal/detail/plan.hpp>

#include <atomic>

namespace sferic::detail {

/// Set while retired plans wait for the emissions that run them.
extern constinit std::atomic<bool> plans_are_waiting;

/// Frees the retired plans that no emission runs any more, and with them their handlers.
void collect_plans() noexcept;

/// Takes over a plan that no new emission can find, and frees it as soon as none runs it.
void retire_plan(Plan* plan) noexcept;

}  // namespace sferic::detail
