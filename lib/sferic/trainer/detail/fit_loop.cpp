#include <sferic/trainer/detail/fit_loop.hpp>

#include <sferic/trainer/detail/boundary.hpp>
#include <sferic/trainer/detail/find_checkpoint.hpp>
#include <sferic/trainer/detail/fit_checks.hpp>
#include <sferic/trainer/detail/rank_sync.hpp>
#include <sferic/trainer/detail/signal_guard.hpp>
#include <sferic/trainer/detail/training_batch.hpp>
#include <sferic/trainer/detail/training_checkpoint.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace sferic::detail {

namespace {

FitPlan plan_of(TrainerOptions const& options, bool has_validation) {
  auto const& interval = options.val_check_interval;
  return {.is_trial = options.fast_dev_run > 0,
          .has_validation = has_validation,
          .validates_each_epoch = options.check_val_every_n_epoch == 1,
          .validates_at_epoch_end = interval.value() == 1,  // a count of 1, too, as for Lightning
          .log_every_n_steps = options.log_every_n_steps};
}

/// Lets loaders that are functions be where they were.
void replay_calls(FitPosition const& position, Input& train, std::vector<Input>& validation) {
  train.source->replay(position.train.calls);
  auto const& passes = position.validation.passes;
  for (std::size_t i = 0; i < std::min(passes.size(), validation.size()); ++i) {
    validation[i].source->replay(passes[i].calls);
  }
}

}  // namespace

FitLoop::FitLoop(LoopContext const& context, Input& train, std::vector<Input>& validation,
                 FitOptions const& options)
    : context_(context),
      train_(train),
      validation_(validation),
      fit_options_(options),
      at_(context.position),
      run_(context.run) {
  check_beginning(options);
  check_loaders(context, train);
  context_.progress.max_epochs = context.options.max_epochs;
  auto const accumulate = context.options.accumulate_grad_batches;
  at_ = {.batches_in_all = at_.batches_in_all + std::int64_t{at_.in_batch},
         .accumulate_grad_batches = accumulate,
         .accumulate_option = accumulate,
         .random_base = random_base(context)};
  run_ = {.running = true, .optimizes_itself = train.optimizes_itself};
}

/// What was wished is kept for a checkpoint that is saved afterwards.
FitLoop::~FitLoop() {
  at_.seconds += run_.time().count();
  auto const stop = context_.control.lasting_stop_reason();
  at_.stop_lasts = stop.has_value();
  at_.stop = stop.value_or("");
  at_.end_epoch = context_.control.end_epoch_requested() || run_.end_epoch;
  run_.started.reset();
  run_.running = false;
}

void FitLoop::run() {
  prepare();
  if (!random_) check_sanity();
  notice_stop();
  if (at_.next == Next::kEpochEnd) {  // of a checkpoint
    context_.tell_logged(last_step(context_));
    finish_epoch();
  }
  count_batches();
  if (at_.is_training || !done()) train();
  context_.emit<event::FitEnd>();
  context_.tell_logged(last_step(context_));
}

void FitLoop::train() {
  at_.is_training = true;
  run_.started = std::chrono::steady_clock::now();
  context_.emit<event::TrainStart>(context_.optimizers);
  notice_stop();
  if (random_) set_random_state(*random_, context_.device);
  while (is_between_batches() || !done()) run_epoch();
  at_.is_training = false;
  share_buffers(context_);
  context_.emit<event::TrainEnd>();
  at_boundary(context_);
}

void FitLoop::prepare() {
  context_.optimizers = context_.module.configure_optimizers(context_.module.object);
  check_optimization(context_, train_);
  run_.module = context_.module.module;
  context_.emit<event::FitStart>(context_.optimizers, context_.progress.max_epochs,
                                 plan_of(context_.options, has_validation()));
  context_.emit<event::PretrainRoutineStart>();
  resume();
  context_.emit<event::PretrainRoutineEnd>();
  if (!random_) context_.tell_logged(last_step(context_));  // before the sanity check forgets it
  watch_time();
}

void FitLoop::resume() {
  auto const path = find_checkpoint(context_, fit_options_.resume_from);
  if (path.empty()) return;
  load_training(context_, path);
  random_ = random_state(context_.device);
  replay_calls(at_, train_, validation_);
}

void FitLoop::check_sanity() {
  std::int64_t const steps = context_.options.num_sanity_val_steps;
  if (!has_validation() || steps == 0) return;
  context_.progress.stage = Stage::kSanityCheck;
  context_.emit<event::SanityCheckStart>();
  BatchCounts counts = validation_counts();
  for (auto& count : counts) {
    if (steps >= 0) count = std::min(count.value_or(steps), steps);
  }
  run_evaluation<ValidationEvents>(context_, Stage::kSanityCheck, validation_, counts,
                                   at_.validation);
  context_.emit<event::SanityCheckEnd>();
  context_.progress.stage = Stage::kTrain;
  context_.metrics.clear();
  context_.tell_media(last_step(context_));  // which is heard again from here on
  at_boundary(context_);
}

void FitLoop::count_batches() {
  auto const& options = context_.options;
  train_count_ = limited_count(train_, limiting_option(options, "limit_train_batches"),
                               options.limit_train_batches);
  agree_on_count();
  if (train_count_ != 0) validation_interval_ = validation_interval_of(options, train_count_);
  if (!done() && epoch_validates()) validation_counts();
}

BatchCounts const& FitLoop::validation_counts() {
  if (!validation_counts_) {
    auto const& options = context_.options;
    validation_counts_ = limited_counts(validation_, limiting_option(options, "limit_val_batches"),
                                        options.limit_val_batches);
  }
  return *validation_counts_;
}

void FitLoop::run_epoch() {
  if (at_.next == Next::kEpoch) start_epoch();
  train_batches();
  end_epoch();
}

void FitLoop::start_epoch() {
  at_.next = Next::kBatch;
  run_.epoch = context_.progress.epoch;
  run_.epochs_done = context_.progress.epochs_done;
  run_.ended_early = false;
  run_.cut = false;
  at_.train.begun = false;
  at_.train.batches_done = 0;
  at_.accumulated = 0;
  at_.last_batch = false;
  context_.progress.batch = 0;
  context_.progress.batches = train_count_;
  context_.control.take_end_epoch();  // what was wished after the last epoch's end
  run_.end_epoch = false;
  context_.metrics.start_epoch(Metrics::Scope::kTraining);
  context_.emit<event::EpochStart>();
  context_.emit<event::TrainEpochStart>(at_.accumulate_grad_batches);
  check_accumulation(at_.accumulate_grad_batches, train_);
  context_.tell_logged(context_.progress.optimizer_steps);
}

void FitLoop::train_batches() {
  context_.progress.batches = train_count_;
  Pass pass(*train_.source, loader_epoch(context_), at_.train, context_.device);
  if (at_.next == Next::kAfterBatch && !at_.told) end_batch();
  if (at_.next != Next::kBatch && !finish_batch()) return;
  while (!epoch_done() && run_batch(pass) && finish_batch()) {
  }
}

void FitLoop::end_epoch() {
  context_.metrics.end_batch();
  reduce_metrics(context_, Metrics::Sync::kEpoch);
  context_.metrics.end_epoch();
  ++context_.progress.epochs_done;
  at_.next = Next::kEpochEnd;
  run_.cut = epoch_done() && !at_.last_batch && !run_.ended_early;
  if (run_.cut) gather_for_checkpoint(context_);
  context_.emit<event::TrainEpochEnd>();
  context_.emit<event::EpochEnd>();
  reduce_metrics(context_, Metrics::Sync::kNew);
  context_.tell_logged(last_step(context_));
  at_boundary(context_);
  finish_epoch();
}

void FitLoop::finish_epoch() {
  if (at_.last_batch) {
    step_schedulers(Interval::kEpoch, context_.progress.epoch + 1, /*by_value=*/true);
  }
  ++context_.progress.epoch;
  at_.next = Next::kEpoch;
  notice_stop();
}

bool FitLoop::run_batch(Pass& pass) {
  if (!context_.ranks) throw_if_interrupted(context_.options);
  BatchSource& source = *train_.source;
  if (!take_batch(pass)) {
    if (at_.train.batches_done == 0) {
      throw std::invalid_argument("the training loader has no batches");
    }
    return false;
  }
  at_.in_batch = true;
  context_.progress.batch = at_.train.batches_done;
  at_.steps_before = context_.progress.optimizer_steps;
  at_.stepped = false;
  at_.told = false;
  context_.control.take_skip_batch();  // what was wished too late for the last batch

  seed_batch(context_, at_.random_base, at_.batches_in_all);
  source.move_batch_to(context_.device);
  context_.tell_logged(last_step(context_));  // what was logged since the last batch
  context_.metrics.start_batch(source.samples());
  context_.emit<event::BatchStart>();
  context_.emit<event::TrainBatchStart>(source.batch());
  // A learning rate is told for each batch of a window of accumulation; what a step logs, once.
  if (makes_step_to_tell()) context_.tell_logged(at_.steps_before);
  if (epoch_is_ended_early()) {
    count_in_all();
    return false;
  }
  if (!take_skip_batch(context_) && optimize()) {
    context_.emit<event::BatchEnd>();
  } else {
    count_batch();
    if (at_.last_batch) {
      step_schedulers(Interval::kEpoch, context_.progress.epoch + 1, /*by_value=*/false);
    }
  }
  end_batch();
  return true;
}

void FitLoop::end_batch() {
  context_.metrics.end_batch();
  watch_time();
  agree();
  tell_logged();
  at_.told = true;
  tell_stop();
  at_boundary(context_);
  if (!context_.ranks) throw_if_interrupted(context_.options);
}

void FitLoop::count_batch() {
  ++at_.train.batches_done;
  count_in_all();
  at_.next = Next::kAfterBatch;
}

void FitLoop::count_in_all() {
  ++at_.batches_in_all;
  at_.in_batch = false;
}

bool FitLoop::finish_batch() {
  if (at_.next == Next::kAfterBatch && epoch_is_ended_early()) return false;
  validate_if_due();
  if (at_.stepped) step_schedulers(Interval::kStep, batches_begun(), /*by_value=*/true);
  at_.next = Next::kBatch;
  return true;
}

bool FitLoop::epoch_is_ended_early() {
  if (!takes_end_epoch()) return false;
  at_.last_batch = false;  // whatever batch it is, the epoch is not through
  run_.ended_early = true;
  return true;
}

bool FitLoop::optimize() {
  std::int64_t const batches = at_.accumulate_grad_batches;
  Accumulation const accumulation{.batches = batches,
                                  .first = at_.accumulated == 0,
                                  .last = at_.accumulated + 1 >= batches || at_.last_batch};
  auto const loss = train_batch(context_, train_, accumulation);
  if (!loss) return false;
  at_.accumulated = accumulation.last ? 0 : at_.accumulated + 1;
  at_.stepped = accumulation.last;
  if (at_.stepped) step_schedulers(Interval::kStep, batches_begun(), /*by_value=*/false);
  if (at_.last_batch) {
    step_schedulers(Interval::kEpoch, context_.progress.epoch + 1, /*by_value=*/false);
  }
  count_batch();
  context_.emit<event::TrainBatchEnd>(train_.source->batch(), *loss);
  return true;
}

void FitLoop::step_schedulers(Interval interval, std::int64_t count, bool by_value) {
  if (train_.optimizes_itself) return;
  context_.optimizers.step_schedulers(interval, count, by_value, context_.metrics);
  if (by_value) share_learning_rates(context_, interval, count);
}

bool FitLoop::makes_step_to_tell() const {
  std::int64_t const every = context_.options.log_every_n_steps;
  return every > 0 && ((at_.steps_before + 1) % every == 0 || stops());
}

void FitLoop::tell_logged() {
  std::int64_t const every = context_.options.log_every_n_steps;
  std::int64_t const steps = context_.progress.optimizer_steps;
  if (every > 0 && (steps / every > at_.steps_before / every || stops())) {
    reduce_metrics(context_, Metrics::Sync::kNew);
    context_.tell_logged(at_.steps_before);
  } else {
    context_.tell_media(at_.steps_before);
    context_.metrics.drop_new();
  }
}

void FitLoop::validate_if_due() {
  if (at_.next == Next::kAfterBatch && validation_is_due()) at_.next = Next::kValidation;
  if (at_.next != Next::kValidation) return;
  run_evaluation<ValidationEvents>(context_, Stage::kValidation, validation_, validation_counts(),
                                   at_.validation);
  at_.next = Next::kAfterValidation;
  notice_stop();
  at_boundary(context_);
}

bool FitLoop::has_validation() const {
  return !validation_.empty() && !context_.options.limit_val_batches.is_zero();
}

bool FitLoop::epoch_validates() const {
  auto const every_n_epoch = context_.options.check_val_every_n_epoch;
  return has_validation() &&
         (!every_n_epoch || (context_.progress.epoch + 1) % *every_n_epoch == 0);
}

bool FitLoop::validation_is_due() const {
  if (!epoch_validates()) return false;
  if (stops() && may_stop()) return true;
  if (!validation_interval_ || (at_.last_batch && !length_is_known_)) return at_.last_batch;
  bool const goes_on = !context_.options.check_val_every_n_epoch;
  return (goes_on ? at_.batches_in_all : batches_begun()) % *validation_interval_ == 0;
}

bool FitLoop::is_between_batches() const {
  return at_.next == Next::kAfterBatch || at_.next == Next::kValidation ||
         at_.next == Next::kAfterValidation;
}

bool FitLoop::done() const {
  if (train_count_ == 0) return true;
  if (context_.options.max_steps &&
      context_.progress.optimizer_steps >= *context_.options.max_steps)
    return true;
  auto const& max_epochs = context_.progress.max_epochs;
  if (max_epochs && context_.progress.epochs_done >= *max_epochs) return true;
  return stops() && may_stop();
}

bool FitLoop::epoch_done() const {
  auto const& max_steps = context_.options.max_steps;
  if (at_.last_batch || (max_steps && context_.progress.optimizer_steps >= *max_steps)) return true;
  return stops() && may_stop();
}

bool FitLoop::may_stop() const {
  return context_.progress.epochs_done >= context_.options.min_epochs.value_or(0) &&
         context_.progress.optimizer_steps >= context_.options.min_steps;
}

void FitLoop::watch_time() {
  auto const& max_time = context_.options.max_time;
  if (!max_time || at_.seconds + run_.time().count() < max_time->count()) return;
  context_.control.stop("max_time of " + std::to_string(max_time->count()) + " s is over",
                        StopFor::kThisRun);
}

}  // namespace sferic::detail
