#include <sferic/optim/lambda_lr.hpp>

#include <torch/optim/optimizer.h>

#include <stdexcept>
#include <utility>

namespace sferic {

LambdaLR::LambdaLR(torch::optim::Optimizer& optimizer, Factor factor)
    : optimizer_(&optimizer), factor_(std::move(factor)) {
  if (!factor_) throw std::invalid_argument("factor of LambdaLR must not be empty");
  for (auto const& group : optimizer.param_groups()) initial_.push_back(group.options().get_lr());
  apply();
}

void LambdaLR::step() {
  ++count_;
  apply();
}

void LambdaLR::apply() const {
  double const factor = factor_(count_);
  auto& groups = optimizer_->param_groups();
  for (std::size_t i = 0; i < initial_.size(); ++i) {
    groups[i].options().set_lr(initial_[i] * factor);
  }
}

}  // namespace sferic
