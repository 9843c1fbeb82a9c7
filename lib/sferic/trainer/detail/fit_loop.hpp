#pragma once

#include <sferic/trainer/detail/evaluation_loop.hpp>
#include <sferic/trainer/detail/input.hpp>
#include <sferic/trainer/detail/loop_context.hpp>
#include <sferic/trainer/fit_options.hpp>

#include <chrono>
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
  FitLoop(LoopContext const& context, Input& train, std::vector<Input>& validation,
          FitOptions const& options);
  void run();

 private:
  void prepare();
  void check_sanity();
  void run_epoch();
  void start_epoch();

  /// Trains the next batch. Returns false if the epoch is to end here.
  bool run_batch();

  /// Whether somebody wishes it; forgets the wish.
  bool epoch_is_ended_early();

  /// Trains on the batch, and steps what is due after it. False if it was skipped.
  bool optimize();
  void step_schedulers(Interval interval, std::int64_t count, bool by_value);
  bool makes_step_to_tell() const;
  void tell_logged();
  void validate_if_due();
  bool validation_is_due() const;

  bool done() const;
  bool epoch_done() const;
  bool may_stop() const;
  void notice_stop();
  void watch_time();

  LoopContext const& context_;
  Input& train_;
  std::vector<Input>& validation_;
  FitOptions const& fit_options_;
  BatchCounts validation_counts_;
  std::optional<std::int64_t> train_count_;
  std::optional<std::int64_t> validation_interval_;  ///< in training batches
  std::optional<std::chrono::steady_clock::time_point> started_;
  std::int64_t accumulate_grad_batches_;
  std::int64_t batches_begun_ = 0;  ///< of this epoch
  std::int64_t batches_in_all_ = 0;
  std::int64_t accumulated_ = 0;   ///< batches whose gradients wait for the next step
  std::int64_t steps_before_ = 0;  ///< optimizer steps done before this batch
  bool last_batch_ = false;
  bool stepped_ = false;  ///< the batch did
  bool stop_noticed_ = false;
};

}  // namespace sferic::detail
