#pragma once

#include <sferic/checkpoint/detail/random_state.hpp>

namespace sferic::detail {

/// As long as this lives, LibTorch's random numbers are those of a callback, which go on where they
/// stood; then those of the training do, as if none had been drawn.
class OwnRandomNumbers {
 public:
  /// An undefined state begins where the training's numbers stand.
  OwnRandomNumbers(RandomState& own, torch::Device const& device)
      : own_(own), device_(device), trainings_(random_state(device)) {
    if (own.cpu.defined()) set_random_state(own, device);
  }

  ~OwnRandomNumbers() {
    own_ = random_state(device_);
    set_random_state(trainings_, device_);
  }

  OwnRandomNumbers(OwnRandomNumbers const&) = delete;
  OwnRandomNumbers& operator=(OwnRandomNumbers const&) = delete;

 private:
  RandomState& own_;
  torch::Device device_;
  RandomState trainings_;
};

}  // namespace sferic::detail
