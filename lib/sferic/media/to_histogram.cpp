#include <sferic/media/to_histogram.hpp>

#include <torch/types.h>

#include <stdexcept>
#include <string>

namespace sferic {

namespace {

/// On the CPU, so that the sums are of double precision whatever the device.
at::Tensor finite_values(at::Tensor const& values) {
  if (!values.defined()) throw std::invalid_argument("a histogram needs a tensor, but got none");
  if (values.is_complex()) {
    throw std::invalid_argument("a histogram needs real numbers, but got complex ones");
  }
  auto const dense = values.is_sparse() ? values.detach().to_dense() : values.detach();
  auto const all = dense.flatten().to(at::kCPU, at::kDouble);
  return all.masked_select(all.isfinite());
}

}  // namespace

Histogram to_histogram(at::Tensor const& values, std::int64_t buckets) {
  if (buckets < 1) {
    throw std::invalid_argument("buckets must be >= 1, but got " + std::to_string(buckets));
  }
  auto const finite = finite_values(values);
  Histogram histogram;
  if (finite.numel() == 0) return histogram;
  histogram.min = finite.min().item<double>();
  histogram.max = finite.max().item<double>();
  histogram.sum = finite.sum().item<double>();
  histogram.sum_of_squares = finite.square().sum().item<double>();
  if (histogram.min == histogram.max) {
    histogram.limits = {histogram.max};
    histogram.counts = {finite.numel()};
    return histogram;
  }
  auto const counts = at::histc(finite, buckets, histogram.min, histogram.max).to(at::kLong);
  double const width =
      histogram.max / static_cast<double>(buckets) - histogram.min / static_cast<double>(buckets);
  for (std::int64_t i = 1; i < buckets; ++i) {
    histogram.limits.push_back(histogram.min + width * static_cast<double>(i));
  }
  histogram.limits.push_back(histogram.max);
  histogram.counts.assign(counts.data_ptr<std::int64_t>(),
                          counts.data_ptr<std::int64_t>() + buckets);
  return histogram;
}

}  // namespace sferic
