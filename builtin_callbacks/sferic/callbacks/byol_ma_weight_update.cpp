#include <sferic/callbacks/byol_ma_weight_update.hpp>

#include <sferic/callbacks/detail/options.hpp>

// Before torch/nn/module.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace sferic {

namespace {

constexpr auto kBYOLMAWeightUpdate = "BYOLMAWeightUpdate";

void check_options(BYOLMAWeightUpdateOptions const& options) {
  detail::require(options.initial_tau >= 0 && options.initial_tau <= 1, kBYOLMAWeightUpdate,
                  "initial_tau", "in [0, 1]", options.initial_tau);
  auto const steps = options.total_steps.value_or(1);
  detail::require(steps >= 1, kBYOLMAWeightUpdate, "total_steps", ">= 1", steps);
}

/// The submodule of a path; throws naming the children where the path ends.
torch::nn::Module& find(torch::nn::Module& module, char const* option, std::string const& path) {
  auto const submodules = module.named_modules("", /*include_self=*/false);
  if (auto const* const found = submodules.find(path)) return **found;
  std::string names;
  for (auto const& child : module.named_children()) {
    names += (names.empty() ? "`" : ", `") + child.key() + '`';
  }
  throw std::invalid_argument(
      fmt::format("{} of {} is `{}`, which the module does not have; its submodules are: {}",
                  option, kBYOLMAWeightUpdate, path, names.empty() ? "none" : names));
}

[[noreturn]] void refuse_networks(std::string const& what) {
  throw std::invalid_argument(
      fmt::format("{} needs an online and a target network of the same parameters, but {}",
                  kBYOLMAWeightUpdate, what));
}

using Pairs = std::pair<std::vector<at::Tensor>, std::vector<at::Tensor>>;

Pairs paired_parameters(torch::nn::Module const& online, torch::nn::Module const& target) {
  auto const sources = online.named_parameters();
  auto const copies = target.named_parameters();
  Pairs pairs;
  std::set<void const*> known;  // what is shared has several names, and is averaged once
  for (auto const& source : sources) {
    auto const* const copy = copies.find(source.key());
    if (!copy) refuse_networks(fmt::format("`{}` is missing in the target", source.key()));
    if (copy->sizes() != source->sizes()) {
      refuse_networks(fmt::format("`{}` is of another shape in the target", source.key()));
    }
    if (copy->is_same(*source)) {
      refuse_networks(fmt::format("`{}` is shared by both", source.key()));
    }
    if (!known.insert(copy->unsafeGetTensorImpl()).second) continue;
    pairs.first.push_back(*source);
    pairs.second.push_back(*copy);
  }
  for (auto const& copy : copies) {
    if (!sources.contains(copy.key())) {
      refuse_networks(fmt::format("`{}` is missing in the online network", copy.key()));
    }
  }
  if (pairs.first.empty()) refuse_networks("they have none");
  return pairs;
}

}  // namespace

BYOLMAWeightUpdate::BYOLMAWeightUpdate(BYOLMAWeightUpdateOptions options)
    : options_(std::move(options)), tau_(options_.initial_tau) {
  check_options(options_);
}

BYOLMAWeightUpdate::BYOLMAWeightUpdate(torch::nn::Module& online, torch::nn::Module& target,
                                       BYOLMAWeightUpdateOptions options)
    : BYOLMAWeightUpdate(std::move(options)) {
  given_online_ = &online;
  given_target_ = &target;
}

void BYOLMAWeightUpdate::on(event::FitStart const& e) {
  pair(e.module);
  tau_ = options_.initial_tau;
}

void BYOLMAWeightUpdate::pair(torch::nn::Module& module) {
  auto const* online = given_online_;
  auto const* target = given_target_;
  if (!online) online = &find(module, "online_network", options_.online_network);
  if (!target) target = &find(module, "target_network", options_.target_network);
  std::tie(online_, target_) = paired_parameters(*online, *target);
}

void BYOLMAWeightUpdate::on(event::TrainEpochStart const& e) { tau_at(e.progress); }

void BYOLMAWeightUpdate::on(event::AfterOptimizerStep const& e) {
  if (target_.empty()) pair(e.module);  // it was attached within the fit
  tau_ = tau_at(e.progress);
  at::NoGradGuard const no_grad;
  at::_foreach_mul_(target_, tau_);
  at::_foreach_add_(target_, online_, 1 - tau_);
}

double BYOLMAWeightUpdate::tau_at(Progress const& progress) const {
  double done = 0;
  double total = 0;
  if (options_.total_steps) {
    done = static_cast<double>(progress.optimizer_steps - 1);
    total = static_cast<double>(*options_.total_steps);
  } else if (progress.batches && progress.max_epochs) {
    done = static_cast<double>(progress.epoch * *progress.batches + progress.batch);
    total = static_cast<double>(*progress.max_epochs * *progress.batches);
  } else {
    throw std::invalid_argument(
        fmt::format("total_steps of {} must be given, since {} not known", kBYOLMAWeightUpdate,
                    progress.batches ? "max_epochs is" : "the number of batches in an epoch is"));
  }
  double const share = std::clamp(done / total, 0.0, 1.0);
  return 1 - (1 - options_.initial_tau) * (std::cos(std::numbers::pi * share) + 1) / 2;
}

}  // namespace sferic
