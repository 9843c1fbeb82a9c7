#include <sferic/trainer/trainer_options.hpp>

#include <fmt/format.h>

#include <stdexcept>

namespace sferic {

namespace {

void check_at_least(char const* option, std::int64_t value, std::int64_t least) {
  if (value >= least) return;
  throw std::invalid_argument(fmt::format("{} must be >= {}, but got {}", option, least, value));
}

void check_limit(char const* option, Limit limit) {
  if (limit.value() >= 0 && (!limit.is_share() || limit.value() <= 1)) return;
  throw std::invalid_argument(
      limit.is_share()
          ? fmt::format("{} must be a share in [0, 1], but got {}", option, limit.value())
          : fmt::format("{} must be a count >= 0, but got {:.0f}", option, limit.value()));
}

void check_interval(TrainerOptions const& options) {
  Limit const interval = options.val_check_interval;
  if (interval.is_share() ? !(interval.value() > 0 && interval.value() <= 1)
                          : interval.value() < 1) {
    throw std::invalid_argument(
        fmt::format("val_check_interval must be a count >= 1 or a share in (0, 1], but got {}",
                    interval.value()));
  }
  if (!options.check_val_every_n_epoch && interval.is_share() && interval.value() != 1) {
    throw std::invalid_argument(fmt::format(
        "val_check_interval must be a count or 1.0 where check_val_every_n_epoch is not set, but "
        "got the share {}",
        interval.value()));
  }
}

/// What fast_dev_run says.
void become_a_trial(TrainerOptions& options) {
  options.max_epochs = 1;
  options.max_steps = options.fast_dev_run;
  if (options.overfit_batches.is_zero()) {
    options.limit_train_batches = options.fast_dev_run;
    options.limit_val_batches = options.fast_dev_run;
  }
  options.limit_test_batches = options.fast_dev_run;
  options.limit_predict_batches = options.fast_dev_run;
  options.num_sanity_val_steps = 0;
  options.check_val_every_n_epoch = 1;
  options.val_check_interval = 1.0;
}

}  // namespace

void check(TrainerOptions const& options) {
  check_at_least("max_epochs", options.max_epochs.value_or(-1), -1);
  check_at_least("min_epochs", options.min_epochs.value_or(0), 0);
  check_at_least("max_steps", options.max_steps.value_or(-1), -1);
  check_at_least("min_steps", options.min_steps, 0);
  if (options.max_time && !(options.max_time->count() >= 0)) {
    throw std::invalid_argument(
        fmt::format("max_time must be >= 0 s, but got {} s", options.max_time->count()));
  }
  check_at_least("accumulate_grad_batches", options.accumulate_grad_batches, 1);
  if (options.gradient_clip_val && !(*options.gradient_clip_val >= 0)) {
    throw std::invalid_argument(
        fmt::format("gradient_clip_val must be >= 0, but got {}", *options.gradient_clip_val));
  }
  check_limit("limit_train_batches", options.limit_train_batches);
  check_limit("limit_val_batches", options.limit_val_batches);
  check_limit("limit_test_batches", options.limit_test_batches);
  check_limit("limit_predict_batches", options.limit_predict_batches);
  check_limit("overfit_batches", options.overfit_batches);
  check_at_least("fast_dev_run", options.fast_dev_run, 0);
  check_at_least("log_every_n_steps", options.log_every_n_steps, 0);
  check_at_least("num_sanity_val_steps", options.num_sanity_val_steps, -1);
  check_at_least("check_val_every_n_epoch", options.check_val_every_n_epoch.value_or(1), 1);
  check_interval(options);
}

TrainerOptions resolved(TrainerOptions options) {
  constexpr std::int64_t kNoLimit = -1;
  constexpr std::int64_t kDefaultMaxEpochs = 1000;
  if (options.max_steps == kNoLimit) options.max_steps.reset();
  if (options.max_epochs == kNoLimit) {
    options.max_epochs.reset();
  } else if (!options.max_epochs && !options.max_steps && !options.max_time) {
    options.max_epochs = kDefaultMaxEpochs;
  }
  if (!options.min_epochs) options.min_epochs = options.min_steps > 0 ? 1 : 0;
  if (!options.overfit_batches.is_zero()) {
    options.limit_train_batches = options.overfit_batches;
    options.limit_val_batches = options.overfit_batches;
  }
  if (options.fast_dev_run > 0) become_a_trial(options);
  return options;
}

}  // namespace sferic
