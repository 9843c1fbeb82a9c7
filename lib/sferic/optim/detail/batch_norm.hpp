#pragma once

// Before torch/nn/module.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>

namespace sferic::detail {

/// Calls `visit` with each BatchNorm1d, 2d and 3d in a module, itself included.
template <class Visit>
void for_each_batch_norm(torch::nn::Module& module, Visit const& visit) {
  module.apply([&](torch::nn::Module& each) {
    if (auto* const one = each.as<torch::nn::BatchNorm1dImpl>()) visit(*one);
    if (auto* const two = each.as<torch::nn::BatchNorm2dImpl>()) visit(*two);
    if (auto* const three = each.as<torch::nn::BatchNorm3dImpl>()) visit(*three);
  });
}

}  // namespace sferic::detail
