#pragma once

#include <torch/nn/module.h>

#include <utility>
#include <vector>

namespace sferic::detail {

/// Puts a module into evaluation mode and records no gradients; then gives each submodule the mode
/// back that it had, so that layers that the user keeps in evaluation mode stay there.
class EvaluationMode {
 public:
  explicit EvaluationMode(torch::nn::Module& module) {
    module.apply(
        [this](torch::nn::Module& each) { modes_.emplace_back(&each, each.is_training()); });
    module.eval();
  }

  ~EvaluationMode() {
    // Parents come before their children: train() sets the children's modes, too.
    for (auto const& [module, training] : modes_) module->train(training);
  }

  EvaluationMode(EvaluationMode const&) = delete;
  EvaluationMode& operator=(EvaluationMode const&) = delete;

 private:
  torch::NoGradGuard no_grad_;
  std::vector<std::pair<torch::nn::Module*, bool>> modes_;
};

}  // namespace sferic::detail
