#pragma once

#include <sferic/optim/detail/module_modes.hpp>

#include <torch/types.h>

namespace sferic::detail {

/// Puts a module into evaluation mode and records no gradients; then gives each submodule the mode
/// back that it had, so that layers that the user keeps in evaluation mode stay there.
class EvaluationMode {
 public:
  explicit EvaluationMode(torch::nn::Module& module) : modes_(module) { module.eval(); }

 private:
  torch::NoGradGuard no_grad_;
  ModuleModes modes_;
};

}  // namespace sferic::detail
