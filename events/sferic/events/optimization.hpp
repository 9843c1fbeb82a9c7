#pragma once

#include <sferic/events/moment.hpp>

#include <string_view>

namespace sferic::event {

/// The gradients are about to be cleared: once for each optimizer step, before the backward pass.
struct BeforeZeroGrad : Moment {
  static constexpr std::string_view kName = "before_zero_grad";
  torch::optim::Optimizer& optimizer;
};

/// The loss is known and may be exchanged, for example to scale it.
struct BeforeBackward : Moment {
  static constexpr std::string_view kName = "before_backward";
  at::Tensor& loss;
};

/// The gradients of this batch have been added.
struct AfterBackward : Moment {
  static constexpr std::string_view kName = "after_backward";
  at::Tensor const& loss;
};

/// The gradients are complete, and may be changed or looked at, before they are applied.
struct BeforeOptimizerStep : Moment {
  static constexpr std::string_view kName = "before_optimizer_step";
  torch::optim::Optimizer& optimizer;
};

/// The parameters have changed; `progress.optimizer_steps` counts this step.
struct AfterOptimizerStep : Moment {
  static constexpr std::string_view kName = "after_optimizer_step";
  torch::optim::Optimizer& optimizer;
};

}  // namespace sferic::event
