#include <sferic/callbacks/stochastic_weight_averaging.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/events/control.hpp>
#include <sferic/optim/detail/batch_norm.hpp>
#include <sferic/optim/optimizers.hpp>
#include <sferic/persistence/compiled_state.hpp>

// Before torch/optim.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <boost/serialization/vector.hpp>
#include <torch/optim.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace sferic {

namespace {

constexpr auto kStochasticWeightAveraging = "StochasticWeightAveraging";

void check_options(StochasticWeightAveragingOptions const& options) {
  detail::require(!options.swa_lrs.empty(), kStochasticWeightAveraging, "swa_lrs",
                  "one or more learning rates", "none");
  for (double const lr : options.swa_lrs) {
    detail::require(lr > 0 && std::isfinite(lr), kStochasticWeightAveraging, "swa_lrs", "above 0",
                    lr);
  }
  if (auto const* const share = std::get_if<double>(&options.swa_epoch_start)) {
    detail::require(*share >= 0 && *share <= 1, kStochasticWeightAveraging, "swa_epoch_start",
                    "a share from 0.0 to 1.0, or a whole number", *share);
  } else {
    auto const epoch = std::get<std::int64_t>(options.swa_epoch_start);
    detail::require(epoch >= 1, kStochasticWeightAveraging, "swa_epoch_start", ">= 1, or a share",
                    epoch);
  }
  detail::require(options.annealing_epochs >= 0, kStochasticWeightAveraging, "annealing_epochs",
                  ">= 0", options.annealing_epochs);
  auto const& strategy = options.annealing_strategy;
  detail::require(strategy == "cos" || strategy == "linear", kStochasticWeightAveraging,
                  "annealing_strategy", "\"cos\" or \"linear\"", '"' + strategy + '"');
  detail::require_device(kStochasticWeightAveraging, options.device);
}

/// Counted from 0.
std::int64_t first_epoch(std::variant<double, std::int64_t> const& start,
                         std::optional<std::int64_t> max_epochs) {
  auto const* const share = std::get_if<double>(&start);
  if (!share) return std::get<std::int64_t>(start) - 1;
  if (!max_epochs) {
    throw std::invalid_argument(fmt::format(
        "swa_epoch_start of {} is {}, a share of max_epochs, which is not limited; give an epoch",
        kStochasticWeightAveraging, *share));
  }
  auto const epoch = static_cast<std::int64_t>(static_cast<double>(*max_epochs) * *share);
  return std::max<std::int64_t>(epoch - 1, 0);
}

bool follows_the_data(auto const& norm) {
  return norm.is_training() && norm.options.track_running_stats();
}

bool has_statistics(torch::nn::Module& module) {
  bool has = false;
  detail::for_each_batch_norm(module, [&](auto& norm) { has = has || follows_the_data(norm); });
  return has;
}

bool is_last_batch(Progress const& progress) {
  return progress.batches && progress.batch + 1 >= *progress.batches;
}

}  // namespace

/// As long as it lives, the statistics of BatchNorm layers are means over all batches alike.
struct StochasticWeightAveraging::BatchNormPass {
  explicit BatchNormPass(torch::nn::Module& module) {
    detail::for_each_batch_norm(module, [this](auto& norm) {
      if (!follows_the_data(norm)) return;
      momenta.emplace_back(&norm.options, norm.options.momentum());
      norm.options.momentum(torch::nullopt);
    });
  }
  ~BatchNormPass() {
    for (auto const& [options, momentum] : momenta) options->momentum(momentum);
  }
  BatchNormPass(BatchNormPass const&) = delete;
  BatchNormPass& operator=(BatchNormPass const&) = delete;

  std::vector<std::pair<torch::nn::BatchNormOptions*, torch::optional<double>>> momenta;
};

StochasticWeightAveraging::StochasticWeightAveraging(StochasticWeightAveragingOptions options)
    : options_(std::move(options)) {
  check_options(options_);
}

void StochasticWeightAveraging::on(event::FitStart const& e) {
  if (e.optimizers.size() != 1) {
    throw std::invalid_argument(
        fmt::format("{} needs one optimizer, but configure_optimizers() made {}",
                    kStochasticWeightAveraging, e.optimizers.size()));
  }
  auto const groups = e.optimizers.at(0).param_groups().size();
  auto const rates = options_.swa_lrs.size();
  if (rates != 1 && rates != groups) {
    throw std::invalid_argument(
        fmt::format("swa_lrs of {} must be one learning rate or one for each of {} groups of "
                    "parameters, but got {}",
                    kStochasticWeightAveraging, groups, rates));
  }
  is_trial_ = e.plan.is_trial;
  start_ = first_epoch(options_.swa_epoch_start, e.max_epochs);
  pass_epoch_.reset();
  if (e.max_epochs && start_ >= *e.max_epochs) {
    TORCH_WARN(kStochasticWeightAveraging, " is to begin with epoch ", start_ + 1, " of ",
               *e.max_epochs, ": nothing will be averaged");
  }
  if (e.max_epochs && start_ < *e.max_epochs && !is_trial_ && has_statistics(e.module)) {
    pass_epoch_ = (*e.max_epochs)++;
  }
  optimizer_ = &e.optimizers.at(0);
  epoch_ = -1;
  averaged_ = 0;
  last_epoch_ = -1;
  began_in_ = -1;
  initial_lrs_.clear();
  in_pass_ = false;
  average_.clear();
}

void StochasticWeightAveraging::start_epoch(event::Moment const& e) {
  auto const epoch = e.progress.epoch;
  if (std::exchange(epoch_, epoch) == epoch) return;
  if (epoch == pass_epoch_) return start_pass(e);
  average_.give_back();  // of a fit that goes on to more epochs than it had
  if (epoch >= start_ && began_in_ < 0) {
    began_in_ = epoch;
    for (auto const& group : optimizer_->param_groups()) {
      initial_lrs_.push_back(group.options().get_lr());
    }
  }
}

void StochasticWeightAveraging::on(event::TrainEpochStart const& e) {
  start_epoch(e);
  if (!in_pass_) set_learning_rates(e.progress.epoch);
}

void StochasticWeightAveraging::on(event::TrainBatchStart const& e) {
  start_epoch(e);
  if (!in_pass_) set_learning_rates(e.progress.epoch);
}

void StochasticWeightAveraging::on(event::BeforeBackward const& e) {
  if (in_pass_) e.loss = e.loss.detach().requires_grad_();
}

/// An optimizer leaves alone what has no gradient.
void StochasticWeightAveraging::on(event::BeforeOptimizerStep const& e) {
  if (!in_pass_) return;
  for (auto& group : e.optimizer.param_groups()) {
    for (auto& parameter : group.params()) parameter.mutable_grad() = at::Tensor();
  }
}

void StochasticWeightAveraging::on(event::TrainBatchEnd const& e) {
  if (is_last_batch(e.progress)) average(e);
}

void StochasticWeightAveraging::on(event::ValidationStart const&) {
  if (optimizer_) average_.start_validation();
}

void StochasticWeightAveraging::on(event::ValidationEnd const&) {
  if (optimizer_) average_.end_validation(kStochasticWeightAveraging);
}

void StochasticWeightAveraging::on(event::TrainEpochEnd const& e) {
  bool const is_through = !e.progress.batches || is_last_batch(e.progress);
  if (!is_through) return;
  average(e);
  if (std::exchange(in_pass_, false)) average_.take_buffers();
  pass_.reset();
}

void StochasticWeightAveraging::on(event::TrainEnd const& e) {
  bool const was_made = pass_epoch_ && e.progress.epochs_done > *pass_epoch_;
  if (!was_made && !is_trial_ && averaged_ > 0 && has_statistics(e.module)) {
    TORCH_WARN("the training was ended before the epoch in which ", kStochasticWeightAveraging,
               " computes the statistics of BatchNorm anew, which comes after max_epochs: they are "
               "means of what they were");
  }
  pass_.reset();
  average_.keep();
}

void StochasticWeightAveraging::on(event::SaveCheckpoint const& e) {
  average_.put(e.checkpoint, kStateKey, e.module, e.options.weights_only);
}

void StochasticWeightAveraging::on(event::LoadCheckpoint const& e) {
  if (!optimizer_) return average_.clear();  // the module has other weights now
  if (averaged_ == 0) return;
  average_.take(e.checkpoint, kStateKey, e.module, {.device = options_.device}, in_pass_);
  if (in_pass_) pass_ = std::make_shared<BatchNormPass>(e.module);
}

void StochasticWeightAveraging::on(event::Teardown const&) {
  if (!std::exchange(optimizer_, nullptr)) return;
  if (std::exchange(pass_, nullptr)) return average_.give_back();  // an error broke it off
  average_.end_task();
}

void StochasticWeightAveraging::set_learning_rates(std::int64_t epoch) {
  if (began_in_ < 0) return;
  auto const of = static_cast<double>(std::max<std::int64_t>(options_.annealing_epochs, 1));
  auto const done = options_.annealing_epochs == 0 ? 1 : epoch - began_in_;
  double share = std::min(static_cast<double>(done) / of, 1.0);
  if (options_.annealing_strategy == "cos") share = (1 - std::cos(std::numbers::pi * share)) / 2;
  auto& groups = optimizer_->param_groups();
  for (std::size_t i = 0; i < std::min(groups.size(), initial_lrs_.size()); ++i) {
    double const target = options_.swa_lrs[std::min(i, options_.swa_lrs.size() - 1)];
    groups[i].options().set_lr(target * share + initial_lrs_[i] * (1 - share));
  }
}

void StochasticWeightAveraging::average(event::Moment const& e) {
  if (in_pass_ || began_in_ < 0 || e.progress.epoch <= last_epoch_) return;
  if (averaged_ == 0) {
    average_.begin(e.module, {.device = options_.device});
  } else if (options_.avg_fn) {
    average_.update([this](at::Tensor const& average, at::Tensor const& weight) {
      return options_.avg_fn(average, weight, averaged_);
    });
  } else {
    average_.update(1 / static_cast<double>(averaged_ + 1));
  }
  ++averaged_;
  last_epoch_ = e.progress.epoch;
}

void StochasticWeightAveraging::start_pass(event::Moment const& e) {
  if (averaged_ == 0 || !has_statistics(e.module)) return e.control.end_epoch();
  in_pass_ = true;
  average_.keep();
  detail::for_each_batch_norm(e.module, [](auto& norm) {
    if (follows_the_data(norm)) norm.reset_running_stats();
  });
  pass_ = std::make_shared<BatchNormPass>(e.module);
}

template <class Archive>
void StochasticWeightAveraging::serialize(Archive& archive, unsigned) {
  archive & epoch_ & averaged_ & last_epoch_ & began_in_ & initial_lrs_ & in_pass_;
  average_.serialize(archive);
}

template struct detail::CompiledState<StochasticWeightAveraging>;

}  // namespace sferic
