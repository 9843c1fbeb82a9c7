#pragma once

#include <sferic/trainer/trainer_options.hpp>

#include <torch/types.h>

namespace sferic::detail {

/// Lets LibTorch choose the precision of each operation while it lives.
class Autocast {
 public:
  Autocast(torch::Device const& device, Precision precision);
  ~Autocast();
  Autocast(Autocast const&) = delete;
  Autocast& operator=(Autocast const&) = delete;

 private:
  bool active_;
  torch::DeviceType device_;
  bool was_enabled_ = false;
  bool was_cached_ = true;
  torch::ScalarType was_type_ = torch::kFloat;
};

}  // namespace sferic::detail
