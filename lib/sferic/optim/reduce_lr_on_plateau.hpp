#pragma once

#include <sferic/registry/stateful.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace torch::optim {
class Optimizer;
}

namespace sferic {

struct ReduceLROnPlateauOptions {
  /// "min": smaller values are better; "max": larger ones.
  std::string mode = "min";

  /// What the learning rates are multiplied with, in (0, 1).
  double factor = 0.1;

  /// The number of steps without improvement that are let pass, >= 0: the next one reduces.
  std::int64_t patience = 10;

  /// What counts as an improvement, >= 0; relative to the best value ("rel"), or absolute ("abs").
  double threshold = 1e-4;
  std::string threshold_mode = "rel";

  /// The number of steps after a reduction in which no bad steps are counted, >= 0.
  std::int64_t cooldown = 0;

  /// No learning rate is made smaller than this, >= 0.
  double min_lr = 0;

  /// A change smaller than this is not made, >= 0.
  double eps = 1e-8;
};

/// Reduces the learning rates when a value has stopped to improve. As PyTorch's scheduler of this
/// name, which LibTorch has from 2.0 on.
class ReduceLROnPlateau {
 public:
  static constexpr std::string_view kStateKey = "sferic::ReduceLROnPlateau";

  /// Throws std::invalid_argument if an option is out of its range.
  explicit ReduceLROnPlateau(torch::optim::Optimizer& optimizer,
                             ReduceLROnPlateauOptions options = {});

  void step(double value);

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  bool improves(double value) const;
  void reduce() const;

  torch::optim::Optimizer* optimizer_;
  ReduceLROnPlateauOptions options_;
  double best_;
  std::int64_t bad_steps_ = 0;
  std::int64_t cooldown_left_ = 0;
};

template <>
struct detail::StateOf<ReduceLROnPlateau> : detail::CompiledState<ReduceLROnPlateau> {};

}  // namespace sferic
