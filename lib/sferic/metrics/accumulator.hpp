#pragma once

#include <sferic/metrics/metrics.hpp>

#include <torch/types.h>

#include <optional>

namespace sferic::detail {

/// The type in which to add up values on a tensor's device.
inline at::ScalarType widest_type(at::Tensor const& tensor) {
  return tensor.is_mps() ? at::kFloat : at::kDouble;
}

/// Reduces the values of one name over an epoch: numbers as they come, tensors on their device,
/// which is waited for only when value() is called.
class Accumulator {
 public:
  Accumulator() = default;
  explicit Accumulator(Reduce reduce) : reduce_(reduce) {}

  void add(double value, double weight);
  void add(at::Tensor const& value, double weight);

  /// The reduction of all values added; nothing if there were none.
  std::optional<double> value() const;

  /// The sum (or the least, or the largest) of all values added, and the sum of their weights.
  struct Parts {
    double total;
    double weight;
  };
  std::optional<Parts> parts() const;
  void set_parts(Parts const& parts);

  /// Waits for the device; what was added by it counts as a number from then on.
  template <class Archive>
  void serialize(Archive& archive, unsigned);

 private:
  std::optional<double> total() const;

  Reduce reduce_ = Reduce::kMean;
  std::optional<double> total_;  ///< of numbers
  at::Tensor device_total_;      ///< of tensors; undefined if there were none
  double weight_ = 0;
};

}  // namespace sferic::detail
