#pragma once

#include <sferic/signal/detail/cell.hpp>
#include <sferic/signal/detail/plan.hpp>

namespace sferic::detail {

/// Takes over a plan that no new emission can find, or none, and frees it and those put off, and
/// with them their handlers, as soon as no emission runs them.
void retire_plan(Plan* plan) noexcept;

/// The same for a plan of which no slot has ended: it may wait for the next plan that is retired.
void retire_plan_later(Plan* plan) noexcept;

/// Frees the retired plans that no emission runs any more: the one in `cell` has ended.
void collect_plans(Cell& cell) noexcept;

}  // namespace sferic::detail
