#include <sferic/optim/finetuning.hpp>

#include <sferic/optim/detail/batch_norm.hpp>

#include <fmt/format.h>
#include <torch/optim/optimizer.h>

#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

namespace sferic {

namespace {

using Parameters = std::set<void const*>;

/// A gradient of zero is dropped, too: with it the momentum or the weight decay would go on.
void freeze_parameter(torch::Tensor parameter) {
  parameter.requires_grad_(false);
  parameter.mutable_grad() = torch::Tensor();
}

Parameters parameters_of(torch::optim::Optimizer const& optimizer) {
  Parameters known;
  for (auto const& group : optimizer.param_groups()) {
    for (auto const& parameter : group.params()) known.insert(parameter.unsafeGetTensorImpl());
  }
  return known;
}

void check(ParamGroupOptions const& options) {
  if (options.lr && !(*options.lr >= 0)) {
    throw std::invalid_argument(
        fmt::format("lr of add_param_group must be >= 0, but got {}", *options.lr));
  }
  if (!(options.initial_denom_lr > 0)) {
    throw std::invalid_argument(fmt::format(
        "initial_denom_lr of add_param_group must be > 0, but got {}", options.initial_denom_lr));
  }
}

}  // namespace

void freeze(torch::nn::Module& module, FreezeOptions options) {
  Parameters trained;
  detail::for_each_batch_norm(module, [&](auto& norm) {
    if (!options.train_batch_norm) return norm.eval();
    for (auto const& parameter : norm.parameters()) {
      trained.insert(parameter.unsafeGetTensorImpl());
    }
  });
  for (auto const& parameter : module.parameters()) {
    if (!trained.contains(parameter.unsafeGetTensorImpl())) freeze_parameter(parameter);
  }
}

void unfreeze(torch::nn::Module& module, FreezeOptions options) {
  for (auto& parameter : module.parameters()) {
    if (parameter.is_floating_point() || parameter.is_complex()) parameter.requires_grad_();
  }
  detail::for_each_batch_norm(module, [&](auto& norm) {
    norm.train(options.train_batch_norm);
    if (options.train_batch_norm) return;
    for (auto const& parameter : norm.parameters()) freeze_parameter(parameter);
  });
}

bool add_param_group(torch::optim::Optimizer& optimizer, torch::nn::Module const& module,
                     ParamGroupOptions options) {
  check(options);
  auto known = parameters_of(optimizer);
  std::vector<torch::Tensor> added;
  for (auto const& parameter : module.parameters()) {
    bool const is_new = known.insert(parameter.unsafeGetTensorImpl()).second;
    if (is_new && parameter.requires_grad()) added.push_back(parameter);
  }
  if (added.empty()) return false;
  auto& groups = optimizer.param_groups();
  double const lr =
      options.lr ? *options.lr : groups.at(0).options().get_lr() / options.initial_denom_lr;
  // Not by the optimizer's own function, which refuses parameters that have been in it before.
  groups.emplace_back(std::move(added), optimizer.defaults().clone());
  groups.back().options().set_lr(lr);
  return true;
}

}  // namespace sferic
