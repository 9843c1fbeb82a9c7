#pragma once

#include <sferic/optim/detail/module_modes.hpp>

#include <c10/core/TensorOptions.h>

#include <memory>

namespace sferic::detail {

struct RandomState;

/// While it lives, a callback may compute with a module that is being trained, and the training
/// does not notice: the module is in evaluation mode, and afterwards each submodule has the mode
/// back that it had, and LibTorch's random numbers go on where they stood.
class Aside {
 public:
  explicit Aside(torch::nn::Module& module);
  ~Aside();
  Aside(Aside const&) = delete;
  Aside& operator=(Aside const&) = delete;

  /// The device and the floating-point type that the module computes with, by its first parameter.
  [[nodiscard]] at::TensorOptions const& options() const noexcept { return options_; }

 private:
  ModuleModes modes_;
  at::TensorOptions options_;
  std::unique_ptr<RandomState const> random_;
};

}  // namespace sferic::detail
