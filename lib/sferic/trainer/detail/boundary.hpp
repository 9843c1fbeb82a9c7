#pragma once

#include <sferic/trainer/detail/checkpoint_saver.hpp>
#include <sferic/trainer/detail/loop_context.hpp>

namespace sferic::detail {

/// Saves the checkpoints that were requested, and tells what has become of those that another
/// thread was writing.
void serve_checkpoints(LoopContext const& context);

/// Between two batches, and wherever else a fit could go on from a checkpoint: not in a sanity
/// check, which such a fit does not make.
inline void at_boundary(LoopContext const& context) {
  if (context.progress.stage == Stage::kSanityCheck) return;
  if (context.control.has_checkpoint_requests() || context.saver.has_news()) {
    serve_checkpoints(context);
  }
}

}  // namespace sferic::detail
