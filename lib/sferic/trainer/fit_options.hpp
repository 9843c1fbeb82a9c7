#pragma once

#include <filesystem>

namespace sferic {

/// What concerns one fit.
struct FitOptions {
  /// A checkpoint to go on from, as Trainer::save_checkpoint wrote it: its module, optimizers,
  /// epochs and steps. The epoch in which it was saved begins anew, unless its batches were
  /// through. Empty: from the beginning.
  std::filesystem::path resume_from = {};
};

}  // namespace sferic
