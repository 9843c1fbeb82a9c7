#pragma once

#include <sferic/signal/detail/cell.hpp>
#include <sferic/signal/detail/plan.hpp>

namespace sferic::detail {

/// Takes over a plan that no new emission can find, or none, until free_retired_plans(). True if
/// others wait for that, too: one at a time may wait as long as none of its slots has ended.
///
/// A topology calls it under its mutex, so that whoever ends a slot next finds the plan here.
bool retire_plan(Plan* plan) noexcept;

/// Frees the retired plans that no emission runs, and with them their handlers. The emissions that
/// run the others will do it.
void free_retired_plans() noexcept;

/// The same for an emission that has ended and was told in its cell.
void collect_plans(Cell& cell) noexcept;

}  // namespace sferic::detail
