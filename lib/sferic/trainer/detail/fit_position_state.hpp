#pragma once

#include <sferic/checkpoint/detail/content.hpp>
#include <sferic/trainer/detail/fit_position.hpp>
#include <sferic/trainer/detail/loop_context.hpp>

namespace sferic::detail {

/// Puts where the fit stands: the progress, the position, and what was wished for and has not
/// happened yet.
void put_position(LoopContext const& context, CheckpointContent& content);

/// Takes what put_position() put. Throws CheckpointError.
struct StoredPosition {
  explicit StoredPosition(CheckpointContent const& content);

  /// Cannot fail.
  void restore(LoopContext const& context) const;

  CheckpointContent const& content;
  FitPosition position;
  Progress progress;
};

}  // namespace sferic::detail
