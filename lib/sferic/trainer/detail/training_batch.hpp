#pragma once

#include <sferic/trainer/detail/input.hpp>
#include <sferic/trainer/detail/loop_context.hpp>

#include <torch/optim/optimizer.h>

#include <cstdint>

namespace sferic::detail {

/// Where a batch stands among those whose gradients make one optimizer step.
struct Accumulation {
  std::int64_t batches;  ///< that make a step
  bool first;            ///< the gradients begin at zero
  bool last;             ///< the step is due
};

/// Trains on the batch that `input` is at: forward, backward, step. Returns false if the batch was
/// skipped on somebody's wish.
bool train_batch(LoopContext const& context, Input& input, torch::optim::Optimizer& optimizer,
                 Accumulation accumulation);

}  // namespace sferic::detail
