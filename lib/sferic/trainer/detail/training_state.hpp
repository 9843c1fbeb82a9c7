#pragma once

#include <sferic/checkpoint/detail/content.hpp>
#include <sferic/checkpoint/load_report.hpp>
#include <sferic/trainer/detail/loop_context.hpp>

namespace sferic::detail {

/// Puts all that a fit needs to go on, except the module.
void put_training(LoopContext const& context, CheckpointContent& content);

/// Restores the module and the callbacks' states, and with `whole` all that put_training() puts; or
/// changes nothing, and throws CheckpointError. Warns of states that no callback takes.
LoadReport restore(LoopContext const& context, CheckpointContent const& content, bool whole);

}  // namespace sferic::detail
