#pragma once

#include <sferic/trainer/detail/evaluation_loop.hpp>
#include <sferic/trainer/detail/fit_position.hpp>
#include <sferic/trainer/detail/input.hpp>
#include <sferic/trainer/detail/loop_context.hpp>
#include <sferic/trainer/fit_options.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace sferic::detail {

/// Epochs of training batches, with validations in between:
///
///   fit_start  pretrain_routine_start  pretrain_routine_end  [sanity check]  train_start
///   until done: an epoch of training batches, each followed by a validation if one is due
///   train_end  fit_end
///
/// What it has to remember between two batches is in the context's FitPosition, so that a fit that
/// goes on from a checkpoint enters where that says.
class FitLoop {
 public:
  FitLoop(LoopContext const& context, Input& train, std::vector<Input>& validation,
          FitOptions const& options);
  ~FitLoop();
  FitLoop(FitLoop const&) = delete;
  FitLoop& operator=(FitLoop const&) = delete;

  void run();

 private:
  void prepare();
  void resume();
  void check_sanity();

  /// Looks at the limits and at the interval of validations, after the sanity check and whether
  /// there is a validation or not, as Lightning does.
  void count_batches();

  /// Looked at when a validation is first to come.
  BatchCounts const& validation_counts();

  void train();
  void run_epoch();
  void start_epoch();
  void train_batches();
  void end_epoch();

  /// The schedulers that an epoch's end steps by a value, and the step to the next epoch.
  void finish_epoch();

  /// Takes the next batch, if there is one for all ranks, and knows whether it is the last.
  bool take_batch(Pass& pass);

  /// Trains the next batch. Returns false if the epoch is to end here.
  bool run_batch(Pass& pass);
  void count_batch();
  void count_in_all();
  void end_batch();

  /// What is due after a batch. Returns false if the epoch is to end here.
  bool finish_batch();

  /// Whether somebody wishes it; forgets the wish.
  bool epoch_is_ended_early();

  /// The batches of this epoch, the present one included.
  std::int64_t batches_begun() const { return context_.progress.batch + 1; }

  /// Trains on the batch, and steps what is due after it. False if it was skipped.
  bool optimize();
  void step_schedulers(Interval interval, std::int64_t count, bool by_value);
  bool makes_step_to_tell() const;
  void tell_logged();
  void validate_if_due();
  bool has_validation() const;
  bool epoch_validates() const;
  bool validation_is_due() const;

  /// What is left of a batch belongs to it, even if the end was decided meanwhile: so it is where a
  /// checkpoint was saved then.
  bool is_between_batches() const;

  bool done() const;
  bool epoch_done() const;
  bool may_stop() const;
  void notice_stop();
  void tell_stop();
  void watch_time();

  /// What several ranks agree on: see fit_agreement.cpp.
  void agree();
  void agree_on_stop();
  void agree_on_count();
  bool stops() const;
  bool takes_end_epoch();

  LoopContext const& context_;
  Input& train_;
  std::vector<Input>& validation_;
  FitOptions const& fit_options_;
  std::optional<BatchCounts> validation_counts_;
  std::optional<std::int64_t> train_count_;
  bool length_is_known_ = false;                     ///< of the training loader
  std::optional<std::int64_t> validation_interval_;  ///< in training batches
  std::optional<RandomState> random_;  ///< of a checkpoint, to begin the training with
  FitPosition& at_;
  FitRun& run_;
};

}  // namespace sferic::detail
