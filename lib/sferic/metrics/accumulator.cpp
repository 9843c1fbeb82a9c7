#include <sferic/metrics/accumulator.hpp>

#include <cmath>

namespace sferic::detail {

namespace {

/// NaN wins, as in the reductions of tensors.
double combine(Reduce reduce, double total, double value) {
  if (reduce == Reduce::kMin) return std::isnan(total) || total < value ? total : value;
  if (reduce == Reduce::kMax) return std::isnan(total) || total > value ? total : value;
  return total + value;
}

at::Tensor combine(Reduce reduce, at::Tensor const& total, at::Tensor const& value) {
  if (!total.defined()) return value;
  if (reduce == Reduce::kMin) return at::minimum(total, value);
  if (reduce == Reduce::kMax) return at::maximum(total, value);
  return total + value;
}

}  // namespace

void Accumulator::add(double value, double weight) {
  double const weighted = reduce_ == Reduce::kMean ? value * weight : value;
  total_ = total_ ? combine(reduce_, *total_, weighted) : weighted;
  weight_ += weight;
}

void Accumulator::add(at::Tensor const& value, double weight) {
  at::Tensor const wide = value.to(widest_type(value));
  at::Tensor const weighted = reduce_ == Reduce::kMean ? wide * weight : wide;
  device_total_ = combine(reduce_, device_total_, weighted);
  weight_ += weight;
}

std::optional<double> Accumulator::value() const {
  auto const sum = total();
  return sum && reduce_ == Reduce::kMean ? *sum / weight_ : sum;
}

std::optional<Accumulator::Parts> Accumulator::parts() const {
  auto const sum = total();
  return sum ? std::optional(Parts{*sum, weight_}) : std::nullopt;
}

void Accumulator::set_parts(Parts const& parts) {
  device_total_ = at::Tensor();
  total_ = parts.total;
  weight_ = parts.weight;
}

std::optional<double> Accumulator::total() const {
  if (!device_total_.defined()) return total_;
  double const on_device = device_total_.item<double>();
  return total_ ? combine(reduce_, *total_, on_device) : on_device;
}

}  // namespace sferic::detail
