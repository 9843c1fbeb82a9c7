#include <sferic/optim/lambda_lr.hpp>

#include <sferic/persistence/compiled_state.hpp>

#include <boost/serialization/vector.hpp>
#include <torch/optim/optimizer.h>

#include <algorithm>
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

template <class Archive>
void LambdaLR::serialize(Archive& archive, unsigned) {
  archive & initial_ & count_;
}

template struct detail::CompiledState<LambdaLR>;

void LambdaLR::apply() const {
  double const factor = factor_(count_);
  auto& groups = optimizer_->param_groups();
  for (std::size_t i = 0; i < std::min(initial_.size(), groups.size()); ++i) {
    groups[i].options().set_lr(initial_[i] * factor);
  }
}

}  // namespace sferic
