#pragma once

#include <sferic/trainer/detail/input.hpp>
#include <sferic/trainer/detail/loop_context.hpp>

#include <torch/optim/optimizer.h>

#include <cstdint>
#include <optional>

namespace sferic::detail {

/// Where a batch stands among those whose gradients make one optimizer step.
struct Accumulation {
  std::int64_t batches;  ///< that make a step
  bool first;            ///< the gradients begin at zero
  bool last;             ///< the step is due
};

/// Trains on the batch that `input` is at: forward, backward, step. Returns the loss without its
/// graph, undefined if there was none, or nothing if the batch was skipped on somebody's wish.
std::optional<at::Tensor> train_batch(LoopContext const& context, Input& input,
                                      Accumulation accumulation);

/// Adds the gradients of a loss; of several processes their means over all, unless these are to be
/// reduced with those of a later batch.
void backward(LoopContext const& context, at::Tensor const& loss, bool reduces = true);

/// Steps an optimizer, with what the options want to be done before.
void step_optimizer(LoopContext const& context, torch::optim::Optimizer& optimizer);

}  // namespace sferic::detail
