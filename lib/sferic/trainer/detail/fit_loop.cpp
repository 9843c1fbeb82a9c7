#include <sferic/trainer/detail/fit_loop.hpp>

#include <sferic/trainer/detail/training_batch.hpp>

#include <algorithm>
#include <stdexcept>

namespace sferic::detail {

namespace {

constexpr std::int64_t kDefaultMaxEpochs = 1000;

std::optional<std::int64_t> max_epochs_of(TrainerOptions const& options) {
  if (options.max_epochs || options.max_steps) return options.max_epochs;
  return kDefaultMaxEpochs;
}

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

}  // namespace

FitLoop::FitLoop(LoopContext const& context, Input& train, std::vector<Input>& validation)
    : context_(context),
      train_(train),
      validation_(validation),
      validation_counts_(
          limited_counts(validation, "limit_val_batches", context.options.limit_val_batches)),
      train_count_(
          limited_count(train, "limit_train_batches", context.options.limit_train_batches)),
      max_epochs_(max_epochs_of(context.options)) {
  if (!all_zero(validation_counts_)) {
    validation_interval_ = validation_interval_of(context.options, train_count_);
  }
  if (train.source->size() == 0) {
    throw std::invalid_argument("the training loader has no batches");
  }
  context_.progress.max_epochs = max_epochs_;
}

void FitLoop::run() {
  optimizers_ = context_.module.configure_optimizers(context_.module.object);
  if (!optimizers_.front()) {
    throw std::invalid_argument("configure_optimizers() returned a null pointer");
  }
  context_.emit<event::FitStart>();
  context_.emit<event::PretrainRoutineStart>();
  context_.emit<event::PretrainRoutineEnd>();
  check_sanity();
  notice_stop();
  if (!done()) {
    context_.emit<event::TrainStart>();
    notice_stop();
    while (!done()) run_epoch();
    context_.emit<event::TrainEnd>();
  }
  context_.emit<event::FitEnd>();
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
  batches_begun_ = 0;
  accumulated_ = 0;
  last_batch_ = false;
  context_.progress.batch = 0;
  context_.progress.batches = train_count_;
  context_.control.take_end_epoch();  // what was wished after the last epoch's end
  context_.metrics.start_epoch(Metrics::Scope::kTraining);
  context_.emit<event::EpochStart>();
  context_.emit<event::TrainEpochStart>();
  {
    Pass const pass(*train_.source, context_.progress.epoch);
    while (!epoch_done() && run_batch()) validate_if_due();
  }
  context_.metrics.end_batch();
  context_.metrics.end_epoch();
  ++epochs_run_;
  context_.emit<event::TrainEpochEnd>();
  context_.emit<event::EpochEnd>();
  ++context_.progress.epoch;
  notice_stop();
}

bool FitLoop::run_batch() {
  BatchSource& source = *train_.source;
  if (!source.next()) {
    if (batches_begun_ == 0) throw std::invalid_argument("the training loader has no batches");
    return false;
  }
  context_.progress.batch = batches_begun_++;
  ++batches_in_all_;
  last_batch_ = batches_begun_ == train_count_ || source.at_end();
  context_.control.take_skip_batch();  // what was wished too late for the last batch

  source.move_batch_to(context_.device);
  context_.metrics.start_batch(source.samples());
  context_.emit<event::BatchStart>();
  context_.emit<event::TrainBatchStart>(source.batch());
  if (context_.control.take_end_epoch()) return false;
  if (!context_.control.take_skip_batch() && accumulate_batch()) {
    context_.emit<event::BatchEnd>();
  }
  context_.metrics.end_batch();
  notice_stop();
  return !context_.control.take_end_epoch();
}

bool FitLoop::accumulate_batch() {
  std::int64_t const batches = context_.options.accumulate_grad_batches;
  Accumulation const accumulation{.batches = batches,
                                  .first = accumulated_ == 0,
                                  .last = accumulated_ + 1 >= batches || last_batch_};
  if (!train_batch(context_, train_, *optimizers_.front(), accumulation)) return false;
  accumulated_ = accumulation.last ? 0 : accumulated_ + 1;
  return true;
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
  if (max_epochs_ && epochs_run_ >= *max_epochs_) return true;
  return context_.control.stop_requested() && may_stop();
}

bool FitLoop::epoch_done() const {
  auto const& max_steps = context_.options.max_steps;
  if (last_batch_ || (max_steps && context_.progress.optimizer_steps >= *max_steps)) return true;
  return context_.control.stop_requested() && may_stop();
}

bool FitLoop::may_stop() const {
  return epochs_run_ >= context_.options.min_epochs &&
         context_.progress.optimizer_steps >= context_.options.min_steps;
}

void FitLoop::notice_stop() {
  if (stop_noticed_ || !context_.control.stop_requested()) return;
  stop_noticed_ = true;
  std::string const reason = context_.control.stop_reason();
  context_.emit<event::StopRequested>(reason);
}

}  // namespace sferic::detail
