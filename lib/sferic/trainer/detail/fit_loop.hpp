#pragma once

#include <sferic/trainer/detail/evaluation_loop.hpp>
#include <sferic/trainer/detail/input.hpp>
#include <sferic/trainer/detail/loop_context.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace sferic::detail {

/// Epochs of training batches, with validations in between:
///
///   fit_start  pretrain_routine_start  pretrain_routine_end  [sanity check]  train_start
///   until done: an epoch of training batches, each followed by a validation if one is due
///   train_end  fit_end
class FitLoop {
 public:
  FitLoop(LoopContext const& context, Input& train, std::vector<Input>& validation);
  void run();

 private:
  void check_sanity();
  void run_epoch();

  /// Trains the next batch. Returns false if the epoch is to end here.
  bool run_batch();

  /// Trains on the batch, and steps if it completes an accumulation. False if it was skipped.
  bool accumulate_batch();
  void validate_if_due();
  bool validation_is_due() const;

  bool done() const;
  bool epoch_done() const;
  bool may_stop() const;
  void notice_stop();

  LoopContext const& context_;
  Input& train_;
  std::vector<Input>& validation_;
  BatchCounts validation_counts_;
  std::optional<std::int64_t> train_count_;
  std::optional<std::int64_t> max_epochs_;
  std::optional<std::int64_t> validation_interval_;  ///< in training batches
  OptimizerList optimizers_;
  std::int64_t epochs_run_ = 0;     ///< epochs whose batches are through
  std::int64_t batches_begun_ = 0;  ///< of this epoch
  std::int64_t batches_in_all_ = 0;
  std::int64_t accumulated_ = 0;  ///< batches whose gradients wait for the next step
  bool last_batch_ = false;
  bool stop_noticed_ = false;
};

}  // namespace sferic::detail
