#include <sferic/callbacks/early_stopping.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/events/control.hpp>
#include <sferic/metrics/metrics.hpp>
#include <sferic/persistence/compiled_state.hpp>

#include <c10/util/Exception.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

void check_options(EarlyStoppingOptions const& options) {
  constexpr auto kName = "EarlyStopping";
  auto const check_number = [](std::optional<double> const& number, char const* option) {
    detail::require(!number || !std::isnan(*number), kName, option, "a number", number.value_or(0));
  };
  detail::require(!options.monitor.empty(), kName, "monitor", "the name of a value", "none");
  detail::require(std::isfinite(options.min_delta), kName, "min_delta", "finite",
                  options.min_delta);
  detail::require(options.patience >= 0, kName, "patience", ">= 0", options.patience);
  detail::require_mode(kName, options.mode);
  check_number(options.stopping_threshold, "stopping_threshold");
  check_number(options.divergence_threshold, "divergence_threshold");
}

/// Whether it is a value of a float32 tensor, or could be.
bool is_single(double value) {
  return std::isnan(value) || !(static_cast<double>(static_cast<float>(value)) != value);
}

/// `number` as it is beside `value`.
double in_precision_of(double value, double number) {
  return is_single(value) ? static_cast<double>(static_cast<float>(number)) : number;
}

StoppingReason checked(std::int32_t reason) {
  if (reason >= 0 && reason <= static_cast<std::int32_t>(StoppingReason::kNonFiniteMetric)) {
    return static_cast<StoppingReason>(reason);
  }
  throw std::runtime_error("the reason " + std::to_string(reason) + " is none");
}

}  // namespace

EarlyStopping::EarlyStopping(EarlyStoppingOptions options) : options_(std::move(options)) {
  check_options(options_);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  best_score_ = options_.mode == "min" ? kInfinity : -kInfinity;
}

void EarlyStopping::on(event::FitStart const& e) {
  is_trial_ = e.plan.is_trial;
  checks_train_epochs_ = options_.check_on_train_epoch_end.value_or(e.plan.validates_each_epoch &&
                                                                    e.plan.validates_at_epoch_end);
}

void EarlyStopping::on(event::ValidationEnd const& e) {
  bool const of_training = e.progress.task == Task::kFit && e.progress.stage == Stage::kValidation;
  if (of_training && !checks_train_epochs_) check(e);
}

void EarlyStopping::on(event::TrainEpochEnd const& e) {
  if (checks_train_epochs_) check(e);
}

void EarlyStopping::check(event::Moment const& e) {
  if (is_trial_) return;
  auto const value = find_value(e);
  if (!value) return;
  auto const decision = decide(*value);
  if (options_.verbose && e.progress.rank == 0 && !decision.message.empty()) {
    std::fprintf(stderr, "%s\n", decision.message.c_str());
  }
  if (decision.reason == StoppingReason::kNotStopped) return;
  stopped_epoch_ = e.progress.epoch;
  reason_ = decision.reason;
  message_ = decision.message;
  e.control.stop(message_);
}

std::optional<double> EarlyStopping::find_value(event::Moment const& e) const {
  auto const value = e.metrics.get(options_.monitor);
  if (value || (!options_.strict && !options_.verbose)) return value;
  std::string names;
  for (auto const& each : e.metrics.all()) names += (names.empty() ? "`" : ", `") + each.name + '`';
  auto const message =
      fmt::format("EarlyStopping watches `{}`, which is not there; the logged values are: {}",
                  options_.monitor, names.empty() ? "none" : names);
  if (options_.strict) throw std::runtime_error(message);
  TORCH_WARN(message);
  return value;
}

EarlyStopping::Decision EarlyStopping::decide(double value) {
  auto const& [stopping, divergence] =
      std::pair(options_.stopping_threshold, options_.divergence_threshold);
  if (options_.check_finite && !std::isfinite(value)) {
    return {StoppingReason::kNonFiniteMetric,
            fmt::format("`{}` = {} is not finite; the best value was {:.3f}", options_.monitor,
                        value, best_score_)};
  }
  if (stopping && is_better(value, in_precision_of(value, *stopping))) {
    return {StoppingReason::kStoppingThreshold,
            fmt::format("`{}` = {:.6g} is better than the stopping threshold {}", options_.monitor,
                        value, *stopping)};
  }
  if (divergence && is_better(in_precision_of(value, *divergence), value)) {
    return {StoppingReason::kDivergenceThreshold,
            fmt::format("`{}` = {:.6g} is worse than the divergence threshold {}", options_.monitor,
                        value, *divergence)};
  }
  if (improves(value)) {
    auto message = improvement_to(value);
    best_score_ = value;
    wait_count_ = 0;
    return {StoppingReason::kNotStopped, std::move(message)};
  }
  if (++wait_count_ < options_.patience) return {StoppingReason::kNotStopped, ""};
  return {StoppingReason::kPatienceExhausted,
          fmt::format("`{}` did not improve in {} checks; the best value was {:.3f}",
                      options_.monitor, wait_count_, best_score_)};
}

bool EarlyStopping::is_better(double left, double right) const {
  return options_.mode == "min" ? left < right : left > right;
}

bool EarlyStopping::improves(double value) const {
  double const delta = options_.mode == "min" ? -options_.min_delta : options_.min_delta;
  // As tensors of this precision are subtracted: the last bit decides where values are a multiple
  // of min_delta apart.
  double const reduced =
      is_single(value) ? static_cast<double>(static_cast<float>(value) - static_cast<float>(delta))
                       : value - delta;
  return is_better(reduced, best_score_);
}

std::string EarlyStopping::improvement_to(double value) const {
  if (!std::isfinite(best_score_)) {
    return fmt::format("`{}` improved to {:.3f}", options_.monitor, value);
  }
  return fmt::format("`{}` improved by {:.3f} to {:.3f}", options_.monitor,
                     std::abs(best_score_ - value), value);
}

template <class Archive>
void EarlyStopping::serialize(Archive& archive, unsigned) {
  auto reason = static_cast<std::int32_t>(reason_);
  archive & wait_count_ & stopped_epoch_ & best_score_ & options_.patience & reason & message_;
  if constexpr (Archive::is_loading::value) reason_ = checked(reason);
}

template struct detail::CompiledState<EarlyStopping>;

}  // namespace sferic
