#include <sferic/callbacks/stop_on_nan.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/events/control.hpp>
#include <sferic/events/progress.hpp>

// Before torch/optim.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <fmt/format.h>
#include <torch/optim.h>

#include <cmath>
#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

/// The sum is finite as long as all losses are, since a double holds any number of floats' sums.
at::Tensor added(at::Tensor const* sum, at::Tensor const& loss) {
  auto const value = loss.detach().sum().to(loss.is_mps() ? at::kFloat : at::kDouble);
  return sum ? *sum + value : value;
}

/// Looked at on the tensor's device, and read once.
bool is_finite(std::vector<at::Tensor> const& tensors) {
  at::Tensor all;
  for (auto const& each : tensors) {
    auto const finite = each.isfinite().all();
    all = all.defined() ? all.logical_and(finite.to(all.device())) : finite;
  }
  return !all.defined() || all.item<bool>();
}

std::vector<at::Tensor> gradients_of(torch::optim::Optimizer const& optimizer) {
  std::vector<at::Tensor> gradients;
  for (auto const& group : optimizer.param_groups()) {
    for (auto const& parameter : group.params()) {
      auto const& gradient = parameter.grad();
      if (gradient.defined())
        gradients.push_back(gradient.is_sparse() ? gradient._values() : gradient);
    }
  }
  return gradients;
}

}  // namespace

StopOnNaN::StopOnNaN(StopOnNaNOptions options) : options_(options) {
  detail::require(options_.every_n_batches >= 1, "StopOnNaN", "every_n_batches", ">= 1",
                  options_.every_n_batches);
}

StopOnNaN::~StopOnNaN() = default;
StopOnNaN::StopOnNaN(StopOnNaN&&) noexcept = default;
StopOnNaN& StopOnNaN::operator=(StopOnNaN&&) noexcept = default;

void StopOnNaN::on(event::TrainStart const&) {
  batches_ = 0;
  sum_.reset();
}

void StopOnNaN::on(event::BeforeBackward const& e) {
  ++batches_;
  bool const looks = batches_ >= options_.every_n_batches;
  if (looks && !sum_ && e.loss.is_cpu() && e.loss.numel() == 1) {
    batches_ = 0;
    auto const loss = e.loss.item<double>();
    if (!std::isfinite(loss)) report(e, fmt::format("the loss is {}", loss));
    return;
  }
  sum_ = std::make_unique<at::Tensor>(added(sum_.get(), e.loss));
  if (looks) look(e);
}

void StopOnNaN::on(event::BeforeOptimizerStep const& e) {
  if (!options_.gradients || is_finite(gradients_of(e.optimizer))) return;
  report(e, "a gradient is not finite");
}

void StopOnNaN::on(event::TrainEpochEnd const& e) { look(e); }

void StopOnNaN::look(event::Moment const& e) {
  batches_ = 0;
  if (!sum_) return;
  auto const sum = std::exchange(sum_, nullptr)->item<double>();
  if (!std::isfinite(sum)) report(e, fmt::format("the loss is {}", sum));
}

void StopOnNaN::report(event::Moment const& e, std::string what) const {
  auto const message =
      fmt::format("{} in epoch {}, batch {}", what, e.progress.epoch, e.progress.batch);
  if (options_.action == OnNaN::kThrow) throw std::runtime_error(message);
  e.control.stop(message);
  e.control.skip_batch();
}

}  // namespace sferic
