#pragma once

#include <ATen/core/ivalue.h>
#include <torch/nn/module.h>

#include <utility>
#include <vector>

namespace sferic::detail {

/// Gives each submodule the mode back, training or evaluation, that it had when this was made.
class ModuleModes {
 public:
  explicit ModuleModes(torch::nn::Module& module) {
    module.apply(
        [this](torch::nn::Module& each) { modes_.emplace_back(&each, each.is_training()); });
  }

  ~ModuleModes() {
    // Parents come before their children: train() sets the children's modes, too.
    for (auto const& [module, training] : modes_) module->train(training);
  }

  ModuleModes(ModuleModes const&) = delete;
  ModuleModes& operator=(ModuleModes const&) = delete;

 private:
  std::vector<std::pair<torch::nn::Module*, bool>> modes_;
};

}  // namespace sferic::detail
