#include <sferic/callbacks/detail/histogram_outlet.hpp>

#include <sferic/metrics/metrics.hpp>

// Before torch/types.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <torch/types.h>

#include <sstream>

namespace sferic::detail {

bool HistogramOutlet::is_open(Metrics const& metrics) {
  if (is_trial_) return false;
  if (metrics.media_is_heard()) return true;
  if (!warned_) TORCH_WARN(callback_, " logs nothing: no logger takes histograms");
  warned_ = true;
  return false;
}

void HistogramOutlet::put(Metrics& metrics, std::string const& name,
                          at::Tensor const& values) const {
  std::ostringstream with_shape;
  with_shape << name << '/' << values.sizes();
  metrics.log_histogram(with_shape.str(), values);
}

}  // namespace sferic::detail
