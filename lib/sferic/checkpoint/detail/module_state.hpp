#pragma once

#include <sferic/checkpoint/detail/content.hpp>
#include <sferic/checkpoint/detail/restoring.hpp>

#include <torch/nn/module.h>

namespace sferic::detail {

/// Puts the parameters and buffers.
void put_module(torch::nn::Module const& module, CheckpointContent& content);

/// Restores them, and which parameters require gradients. Throws CheckpointError if the module has
/// others, or of other types or shapes.
Restore restore_module(torch::nn::Module& module, CheckpointContent const& content);

/// Puts the gradients: their values if they are waiting for an optimizer step, else only which
/// parameters have one, since a parameter whose gradient is zero may still be moved.
void put_gradients(torch::nn::Module const& module, bool values, CheckpointContent& content);

/// Throws CheckpointError for a gradient that doesn't fit its parameter.
Restore restore_gradients(torch::nn::Module& module, CheckpointContent const& content);

}  // namespace sferic::detail
