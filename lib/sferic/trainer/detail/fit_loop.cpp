#include <sferic/trainer/detail/fit_loop.hpp>

#include <sferic/trainer/detail/checkpoint_file.hpp>
#include <sferic/trainer/detail/signal_guard.hpp>
#include <sferic/trainer/detail/training_batch.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace sferic::detail {

namespace {

/// The number of training batches between validations, where it is not the epoch.
std::optional<std::int64_t> validation_interval_of(TrainerOptions const& options,
                                                   std::optional<std::int64_t> batches) {
  Limit const interval = options.val_check_interval;
  if (interval.is_share()) {
    if (interval.value() == 1) return std::nullopt;
    if (batches) return std::max<std::int64_t>(1, *interval.of(batches));
    throw std::invalid_argument(
        "val_check_interval must be a count or 1.0 for a training loader of unknown length, but "
        "got " +
        std::to_string(interval.value()));
  }
  auto const count = static_cast<std::int64_t>(interval.value());
  if (batches && count > *batches && options.check_val_every_n_epoch) {
    throw std::invalid_argument("val_check_interval is " + std::to_string(count) +
                                ", but an epoch has " + std::to_string(*batches) +
                                " training batches; to count over the epochs' borders, set "
                                "check_val_every_n_epoch to std::nullopt");
  }
  return count;
}

void refuse(bool given, char const* option) {
  if (!given) return;
  throw std::invalid_argument(std::string(option) +
                              " is given, but the module's training_step optimizes by itself (it "
                              "takes a sferic::ManualStep)");
}

/// What the options and the module cannot have together.
void check_optimization(LoopContext const& context, Input const& train) {
  std::size_t const optimizers = context.optimizers.size();
  if (optimizers == 0) throw std::invalid_argument("configure_optimizers() returned no optimizer");
  if (train.optimizes_itself) {
    refuse(context.options.accumulate_grad_batches != 1, "accumulate_grad_batches");
    refuse(context.options.gradient_clip_val.value_or(0) > 0, "gradient_clip_val");
  } else if (optimizers > 1) {
    throw std::invalid_argument("configure_optimizers() returned " + std::to_string(optimizers) +
                                " optimizers; with several, training_step must take a "
                                "sferic::ManualStep and step them");
  }
}

void check_loaders(LoopContext const& context, Input const& train) {
  if (train.source->size() == 0) throw std::invalid_argument("the training loader has no batches");
  if (!context.options.overfit_batches.is_zero() && !train.source->starts_anew()) {
    throw std::invalid_argument(
        "overfit_batches needs a training loader that begins anew in each epoch, but a function "
        "goes on where it was");
  }
}

}  // namespace

FitLoop::FitLoop(LoopContext const& context, Input& train, std::vector<Input>& validation,
                 FitOptions const& options)
    : context_(context),
      train_(train),
      validation_(validation),
      fit_options_(options),
      validation_counts_(limited_counts(validation,
                                        limiting_option(context.options, "limit_val_batches"),
                                        context.options.limit_val_batches)),
      train_count_(limited_count(train, limiting_option(context.options, "limit_train_batches"),
                                 context.options.limit_train_batches)),
      accumulate_grad_batches_(context.options.accumulate_grad_batches) {
  if (!all_zero(validation_counts_)) {
    validation_interval_ = validation_interval_of(context.options, train_count_);
  }
  check_loaders(context, train);
  context_.progress.max_epochs = context.options.max_epochs;
}

void FitLoop::run() {
  prepare();
  check_sanity();
  notice_stop();
  if (!done()) {
    started_ = std::chrono::steady_clock::now();
    context_.emit<event::TrainStart>(context_.optimizers);
    notice_stop();
    while (!done()) run_epoch();
    context_.emit<event::TrainEnd>();
  }
  context_.emit<event::FitEnd>();
  context_.tell_logged(last_step(context_));
}

void FitLoop::prepare() {
  context_.optimizers = context_.module.configure_optimizers(context_.module.object);
  check_optimization(context_, train_);
  context_.emit<event::FitStart>(context_.optimizers);
  context_.emit<event::PretrainRoutineStart>();
  if (!fit_options_.resume_from.empty()) load_checkpoint(context_, fit_options_.resume_from);
  context_.emit<event::PretrainRoutineEnd>();
  watch_time();
}

void FitLoop::check_sanity() {
  std::int64_t const steps = context_.options.num_sanity_val_steps;
  BatchCounts counts = validation_counts_;
  for (auto& count : counts) {
    if (steps >= 0) count = std::min(count.value_or(steps), steps);
  }
  if (all_zero(counts)) return;
  context_.progress.stage = Stage::kSanityCheck;
  context_.emit<event::SanityCheckStart>();
  run_evaluation<ValidationEvents>(context_, Stage::kSanityCheck, validation_, counts);
  context_.emit<event::SanityCheckEnd>();
  context_.progress.stage = Stage::kTrain;
  context_.metrics.clear();
}

void FitLoop::run_epoch() {
  start_epoch();
  {
    Pass const pass(*train_.source, loader_epoch(context_));
    while (!epoch_done() && run_batch()) {
      validate_if_due();
      if (stepped_) step_schedulers(Interval::kStep, batches_begun_, /*by_value=*/true);
    }
  }
  context_.metrics.end_batch();
  context_.metrics.end_epoch();
  ++context_.progress.epochs_done;
  context_.emit<event::TrainEpochEnd>();
  context_.emit<event::EpochEnd>();
  context_.tell_logged(last_step(context_));
  if (last_batch_) {
    step_schedulers(Interval::kEpoch, context_.progress.epoch + 1, /*by_value=*/true);
  }
  ++context_.progress.epoch;
  notice_stop();
}

void FitLoop::start_epoch() {
  batches_begun_ = 0;
  accumulated_ = 0;
  last_batch_ = false;
  context_.progress.batch = 0;
  context_.progress.batches = train_count_;
  context_.control.take_end_epoch();  // what was wished after the last epoch's end
  context_.metrics.start_epoch(Metrics::Scope::kTraining);
  context_.emit<event::EpochStart>();
  context_.emit<event::TrainEpochStart>(accumulate_grad_batches_);
  if (accumulate_grad_batches_ < 1) {
    throw std::invalid_argument("accumulate_grad_batches must be >= 1, but a handler of " +
                                std::string(event::TrainEpochStart::kName) + " set it to " +
                                std::to_string(accumulate_grad_batches_));
  }
  if (train_.optimizes_itself) refuse(accumulate_grad_batches_ != 1, "accumulate_grad_batches");
  context_.tell_logged(context_.progress.optimizer_steps);
}

bool FitLoop::run_batch() {
  throw_if_interrupted(context_.options);
  BatchSource& source = *train_.source;
  if (!source.next()) {
    if (batches_begun_ == 0) throw std::invalid_argument("the training loader has no batches");
    return false;
  }
  context_.progress.batch = batches_begun_++;
  ++batches_in_all_;
  last_batch_ = batches_begun_ == train_count_ || source.at_end();
  steps_before_ = context_.progress.optimizer_steps;
  stepped_ = false;
  context_.control.take_skip_batch();  // what was wished too late for the last batch

  source.move_batch_to(context_.device);
  context_.tell_logged(last_step(context_));  // what was logged since the last batch
  context_.metrics.start_batch(source.samples());
  context_.emit<event::BatchStart>();
  context_.emit<event::TrainBatchStart>(source.batch());
  // A learning rate is told for each batch of a window of accumulation; what a step logs, once.
  if (makes_step_to_tell()) context_.tell_logged(steps_before_);
  if (epoch_is_ended_early()) return false;
  if (!context_.control.take_skip_batch() && optimize()) {
    context_.emit<event::BatchEnd>();
  } else if (last_batch_) {
    step_schedulers(Interval::kEpoch, context_.progress.epoch + 1, /*by_value=*/false);
  }
  context_.metrics.end_batch();
  watch_time();
  tell_logged();
  notice_stop();
  throw_if_interrupted(context_.options);
  return !epoch_is_ended_early();
}

bool FitLoop::epoch_is_ended_early() {
  if (!context_.control.take_end_epoch()) return false;
  last_batch_ = false;  // whatever batch it is, the epoch is not through
  return true;
}

bool FitLoop::optimize() {
  std::int64_t const batches = accumulate_grad_batches_;
  Accumulation const accumulation{.batches = batches,
                                  .first = accumulated_ == 0,
                                  .last = accumulated_ + 1 >= batches || last_batch_};
  auto const loss = train_batch(context_, train_, accumulation);
  if (!loss) return false;
  accumulated_ = accumulation.last ? 0 : accumulated_ + 1;
  stepped_ = accumulation.last;
  if (stepped_) step_schedulers(Interval::kStep, batches_begun_, /*by_value=*/false);
  if (last_batch_) {
    step_schedulers(Interval::kEpoch, context_.progress.epoch + 1, /*by_value=*/false);
  }
  context_.emit<event::TrainBatchEnd>(train_.source->batch(), *loss);
  return true;
}

void FitLoop::step_schedulers(Interval interval, std::int64_t count, bool by_value) {
  if (train_.optimizes_itself) return;
  context_.optimizers.step_schedulers(interval, count, by_value, context_.metrics);
}

bool FitLoop::makes_step_to_tell() const {
  std::int64_t const every = context_.options.log_every_n_steps;
  return every > 0 && (steps_before_ + 1) % every == 0;
}

void FitLoop::tell_logged() {
  std::int64_t const every = context_.options.log_every_n_steps;
  std::int64_t const steps = context_.progress.optimizer_steps;
  if (every > 0 && (steps / every > steps_before_ / every || context_.control.stop_requested())) {
    context_.tell_logged(steps_before_);
  } else {
    context_.metrics.drop_new();
  }
}

void FitLoop::validate_if_due() {
  if (!validation_is_due()) return;
  run_evaluation<ValidationEvents>(context_, Stage::kValidation, validation_, validation_counts_);
  notice_stop();
}

bool FitLoop::validation_is_due() const {
  if (all_zero(validation_counts_)) return false;
  auto const every_n_epoch = context_.options.check_val_every_n_epoch;
  if (every_n_epoch && (context_.progress.epoch + 1) % *every_n_epoch != 0) return false;
  if (context_.control.stop_requested() && may_stop()) return true;
  bool const length_is_known = train_.source->size().has_value();
  if (!validation_interval_ || (last_batch_ && !length_is_known)) return last_batch_;
  return (every_n_epoch ? batches_begun_ : batches_in_all_) % *validation_interval_ == 0;
}

bool FitLoop::done() const {
  if (train_count_ == 0) return true;
  if (context_.options.max_steps &&
      context_.progress.optimizer_steps >= *context_.options.max_steps)
    return true;
  auto const& max_epochs = context_.options.max_epochs;
  if (max_epochs && context_.progress.epochs_done >= *max_epochs) return true;
  return context_.control.stop_requested() && may_stop();
}

bool FitLoop::epoch_done() const {
  auto const& max_steps = context_.options.max_steps;
  if (last_batch_ || (max_steps && context_.progress.optimizer_steps >= *max_steps)) return true;
  return context_.control.stop_requested() && may_stop();
}

bool FitLoop::may_stop() const {
  return context_.progress.epochs_done >= context_.options.min_epochs.value_or(0) &&
         context_.progress.optimizer_steps >= context_.options.min_steps;
}

void FitLoop::notice_stop() {
  if (stop_noticed_ || !context_.control.stop_requested()) return;
  stop_noticed_ = true;
  std::string const reason = context_.control.stop_reason();
  context_.emit<event::StopRequested>(reason);
}

void FitLoop::watch_time() {
  auto const& max_time = context_.options.max_time;
  if (!max_time) return;
  auto const now = std::chrono::steady_clock::now();
  if (now - started_.value_or(now) >= *max_time) {
    context_.control.stop("max_time of " + std::to_string(max_time->count()) + " s is over");
  }
}

}  // namespace sferic::detail
