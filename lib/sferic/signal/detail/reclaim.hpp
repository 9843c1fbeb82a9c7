#pragma once

#include <sferic/signal/detail/cell.hpp>
#include <sferic/signal/detail/plan.hpp>

namespace sferic::detail {

/// Takes over a plan that no new emission can find, and frees it, and with it its handlers, as soon
/// as none runs it.
void retire_plan(Plan* plan) noexcept;

/// Frees the retired plans that no emission runs any more: the one in `cell` has ended.
void collect_plans(Cell& cell) noexcept;

}  // namespace sferic::detail
