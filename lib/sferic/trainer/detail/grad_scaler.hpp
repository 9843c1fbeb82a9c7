#pragma once

#include <torch/optim/optimizer.h>
#include <torch/types.h>

#include <cstdint>

namespace sferic::detail {

/// Scales losses such that float16 gradients neither vanish nor overflow. As torch.cuda.amp's
/// GradScaler: steps whose gradients overflowed are left out and halve the scale; 2000 good steps
/// in a row double it.
class GradScaler {
 public:
  /// What the scale has become.
  struct State {
    double scale = 65536;
    std::int64_t good_steps = 0;  ///< in a row
  };
  State const& state() const noexcept { return state_; }
  void set_state(State const& state) noexcept { state_ = state; }

  /// The loss to begin the backward pass with.
  torch::Tensor scaled(torch::Tensor const& loss);

  /// Takes the scale out of the gradients of an optimizer's parameters.
  void unscale(torch::optim::Optimizer& optimizer);

  /// Whether the gradients of the last unscale() are to be used; adapts the scale. Waits for the
  /// device.
  bool update();

 private:
  State state_;
  torch::Tensor overflow_;  ///< 1 if a gradient of the last unscale() was not finite, else 0
};

}  // namespace sferic::detail
