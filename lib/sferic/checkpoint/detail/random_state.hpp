#pragma once

// Before torch/types.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <torch/types.h>

namespace sferic::detail {

/// Where LibTorch's random numbers stand: those of the CPU, and of a CUDA device if it is one.
struct RandomState {
  at::Tensor cpu;
  at::Tensor device = {};  ///< undefined where the device is the CPU
};

RandomState random_state(torch::Device const& device);

/// Whether set_random_state() would take it.
bool is_random_state(RandomState const& state, torch::Device const& device);

/// Throws an error of LibTorch's for a state that is none.
void set_random_state(RandomState const& state, torch::Device const& device);

}  // namespace sferic::detail
