#pragma once

#include <sferic/checkpoint/detail/content.hpp>
#include <sferic/trainer/detail/fit_position.hpp>
#include <sferic/trainer/detail/loop_context.hpp>

namespace sferic::detail {

/// Where a fit stands, as a checkpoint keeps it.
struct StoredPosition {
  FitPosition position;
  std::int64_t epoch = 0;
  std::int64_t epochs_done = 0;
  std::int64_t optimizer_steps = 0;
};

void put_position(LoopContext const& context, CheckpointContent& content);

/// Throws CheckpointError for one in which no fit can stand.
StoredPosition take_position(LoopContext const& context, CheckpointContent const& content);

/// Cannot fail.
void restore_position(LoopContext const& context, StoredPosition const& stored);

}  // namespace sferic::detail
