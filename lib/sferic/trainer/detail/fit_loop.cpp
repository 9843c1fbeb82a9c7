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

}  // namespace

FitLoop::FitLoop(LoopContext const& context, Input& train, std::vector<Input>& validation)
    : context_(context),
      train_(train),
      validation_(validation),
      validation_counts_(limited_counts(validation, context.options.limit_val_batches)),
      train_count_(context.options.limit_train_batches.of(train.source->size())),
      max_epochs_(max_epochs_of(context.options)) {
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
  last_batch_ = batches_begun_ == train_count_ || source.at_end();
  context_.control.take_skip_batch();  // what was wished too late for the last batch

  source.move_batch_to(context_.device);
  context_.metrics.start_batch(source.samples());
  context_.emit<event::BatchStart>();
  context_.emit<event::TrainBatchStart>(source.batch());
  if (context_.control.take_end_epoch()) return false;
  if (!context_.control.take_skip_batch() && train_batch(context_, train_, *optimizers_.front())) {
    context_.emit<event::BatchEnd>();
  }
  context_.metrics.end_batch();
  notice_stop();
  return !context_.control.take_end_epoch();
}

void FitLoop::validate_if_due() {
  if (all_zero(validation_counts_)) return;
  bool const due_epoch =
      (context_.progress.epoch + 1) % context_.options.check_val_every_n_epoch == 0;
  bool const stopping = context_.control.stop_requested() && may_stop();
  if (!due_epoch || !(last_batch_ || stopping)) return;
  run_evaluation<ValidationEvents>(context_, Stage::kValidation, validation_, validation_counts_);
  notice_stop();
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
