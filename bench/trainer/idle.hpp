#pragma once

#include <sferic/trainer/step.hpp>

#include <torch/torch.h>

namespace sferic::bench {

/// A step of nothing, so that only the loop and its events are left.
class Idle : public torch::nn::Module {
 public:
  void training_step(auto const&, sferic::ManualStep&) {}
  auto configure_optimizers() { return torch::optim::SGD(parameters(), /*learning rate=*/0.01); }

 private:
  torch::nn::Linear line_ = register_module("line", torch::nn::Linear(1, 1));
};

}  // namespace sferic::bench
