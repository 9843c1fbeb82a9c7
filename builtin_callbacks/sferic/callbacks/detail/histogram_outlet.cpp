#include <sferic/callbacks/detail/histogram_outlet.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/metrics/metrics.hpp>

// Before torch/types.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <torch/types.h>

#include <sstream>

namespace sferic::detail {

HistogramOutlet::HistogramOutlet(char const* callback,
                                 std::optional<std::int64_t> log_every_n_steps)
    : callback_(callback), log_every_n_steps_(log_every_n_steps) {
  auto const given = log_every_n_steps.value_or(1);
  require(given >= 1, callback, "log_every_n_steps", ">= 1", given);
}

void HistogramOutlet::begin_fit(FitPlan const& plan) {
  interval_ = plan.is_trial ? 0 : log_every_n_steps_.value_or(plan.log_every_n_steps);
}

bool HistogramOutlet::is_due(event::Moment const& e) {
  if (interval_ == 0 || (e.progress.batch + 1) % interval_ != 0) return false;
  if (e.metrics.media_is_heard()) return true;
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
