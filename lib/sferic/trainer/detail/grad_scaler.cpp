#include <sferic/trainer/detail/grad_scaler.hpp>

#include <ATen/Functions.h>

#include <map>
#include <vector>

namespace sferic::detail {

namespace {

constexpr double kGrowth = 2;
constexpr double kBackoff = 0.5;
constexpr std::int64_t kGrowthInterval = 2000;

using Gradients = std::map<torch::ScalarType, std::vector<torch::Tensor>>;

Gradients gradients_of(torch::optim::Optimizer& optimizer) {
  Gradients gradients;
  for (auto const& group : optimizer.param_groups()) {
    for (auto const& parameter : group.params()) {
      if (auto const& gradient = parameter.grad(); gradient.defined()) {
        gradients[gradient.scalar_type()].push_back(gradient);
      }
    }
  }
  return gradients;
}

}  // namespace

torch::Tensor GradScaler::scaled(torch::Tensor const& loss) { return loss * state_.scale; }

void GradScaler::unscale(torch::optim::Optimizer& optimizer) {
  torch::NoGradGuard const no_grad;
  auto const gradients = gradients_of(optimizer);
  overflow_ = torch::Tensor();
  for (auto const& [type, tensors] : gradients) {
    auto const options = tensors.front().options().dtype(torch::kFloat);
    if (!overflow_.defined()) overflow_ = torch::zeros({1}, options);
    if (tensors.front().is_cuda()) {
      at::_amp_foreach_non_finite_check_and_unscale_(tensors, overflow_,
                                                     torch::full({1}, 1 / state_.scale, options));
    } else {
      for (auto gradient : tensors) {
        overflow_ = torch::maximum(overflow_, (~torch::isfinite(gradient)).any().to(torch::kFloat));
        gradient.div_(state_.scale);
      }
    }
  }
}

bool GradScaler::update() {
  if (overflow_.defined() && overflow_.item<float>() != 0) {
    state_.scale *= kBackoff;
    state_.good_steps = 0;
    return false;
  }
  if (++state_.good_steps % kGrowthInterval == 0) state_.scale *= kGrowth;
  return true;
}

}  // namespace sferic::detail
