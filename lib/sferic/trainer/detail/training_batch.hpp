#pragma once

#include <sferic/trainer/detail/input.hpp>
#include <sferic/trainer/detail/loop_context.hpp>

#include <torch/optim/optimizer.h>

#include <memory>

namespace sferic::detail {

/// Does one optimizer step on the batch that `input` is at: forward, backward, step. Returns false
/// if the batch was skipped on somebody's wish.
bool train_batch(LoopContext const& context, Input& input, torch::optim::Optimizer& optimizer);

}  // namespace sferic::detail
