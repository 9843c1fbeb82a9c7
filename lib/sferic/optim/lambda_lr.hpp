#pragma once

#include <sferic/registry/stateful.hpp>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace torch::optim {
class Optimizer;
}

namespace sferic {

/// Sets the learning rate of each parameter group to what it was at first, times `factor(count)`,
/// where `count` is how often step() was called. As PyTorch's LambdaLR.
///
///   LambdaLR(adam, [](auto step) { return std::min(1.0, (step + 1) / 500.0); })   // warm-up
class LambdaLR {
 public:
  using Factor = std::function<double(std::int64_t count)>;
  static constexpr std::string_view kStateKey = "sferic::LambdaLR";

  /// Applies `factor(0)` at once. Throws std::invalid_argument if `factor` is empty.
  LambdaLR(torch::optim::Optimizer& optimizer, Factor factor);

  void step();

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  void apply() const;

  torch::optim::Optimizer* optimizer_;
  Factor factor_;
  std::vector<double> initial_;  ///< learning rates, by group
  std::int64_t count_ = 0;
};

template <>
struct detail::StateOf<LambdaLR> : detail::CompiledState<LambdaLR> {};

}  // namespace sferic
