#pragma once

#include <sferic/events/save_options.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sferic {

/// How long a wish to stop lasts.
enum class StopFor {
  kTraining,  ///< it belongs to the training: a fit that goes on from a checkpoint still has it
  kThisRun,   ///< only this run is to end, as by somebody who needs the machine
};

/// What a handler may wish of the loop. The loop follows at the next point where it can.
class Control {
 public:
  /// Ends the training after the present batch, as soon as min_epochs and min_steps are reached.
  /// The first reason is kept. May be called from any thread.
  void stop(std::string reason, StopFor lasting = StopFor::kTraining) {
    std::lock_guard const lock(mutex_);
    if (lasting == StopFor::kTraining && !lasting_reason_) lasting_reason_ = reason;
    if (stop_requested_) return;
    reason_ = std::move(reason);
    stop_requested_ = true;
  }

  /// Leaves out the rest of this training epoch, its validation included. Where it is asked for at
  /// the start of a batch, that batch is left out too.
  void end_epoch() noexcept { end_epoch_ = true; }

  /// Leaves this batch out, if it is not trained yet: asked for at the start of a batch or before
  /// its backward pass, there is no optimizer step and no end event of the batch.
  void skip_batch() noexcept { skip_batch_ = true; }

  /// Saves a checkpoint as soon as all that hear this event have been called, at the end of the
  /// present batch or epoch, so that a fit can go on from it exactly. Not if the batch is broken
  /// off by an error, of which a warning tells; nor in event::Teardown or outside of tasks. May be
  /// called from any thread.
  void request_checkpoint(std::filesystem::path path, SaveOptions options = {}) {
    std::lock_guard const lock(mutex_);
    requests_.push_back({std::move(path), options});
    has_requests_ = true;
  }

  /// Whether somebody has requested a checkpoint of this path that has not been begun yet.
  [[nodiscard]] bool checkpoint_requested(std::filesystem::path const& path) const {
    std::lock_guard const lock(mutex_);
    return std::any_of(requests_.begin(), requests_.end(),
                       [&](auto const& each) { return each.path == path; });
  }

  [[nodiscard]] bool stop_requested() const noexcept { return stop_requested_; }

  [[nodiscard]] std::string stop_reason() const {
    std::lock_guard const lock(mutex_);
    return reason_;
  }

  [[nodiscard]] bool end_epoch_requested() const noexcept { return end_epoch_; }

  /// For checkpoints: the reason of a wish that lasts.
  [[nodiscard]] std::optional<std::string> lasting_stop_reason() const {
    std::lock_guard const lock(mutex_);
    return lasting_reason_;
  }

  /// For the loop: the reasons that all ranks have agreed on take the place of this one's.
  void adopt_stop(std::string reason, std::optional<std::string> lasting_reason) {
    std::lock_guard const lock(mutex_);
    reason_ = std::move(reason);
    lasting_reason_ = std::move(lasting_reason);
    stop_requested_ = true;
  }

  /// For the loop: the checkpoints that were requested since the last call.
  [[nodiscard]] bool has_checkpoint_requests() const noexcept {
    return has_requests_.load(std::memory_order_relaxed);
  }
  std::vector<CheckpointRequest> take_checkpoint_requests() {
    std::lock_guard const lock(mutex_);
    has_requests_ = false;
    return std::exchange(requests_, {});
  }

  /// For the loop: tells whether it was wished, and forgets the wish.
  bool take_end_epoch() noexcept { return std::exchange(end_epoch_, false); }
  bool take_skip_batch() noexcept { return std::exchange(skip_batch_, false); }

  /// For the loop: forgets all wishes.
  void reset() {
    std::lock_guard const lock(mutex_);
    stop_requested_ = false;
    reason_.clear();
    lasting_reason_.reset();
    end_epoch_ = false;
    skip_batch_ = false;
    requests_.clear();
    has_requests_ = false;
  }

 private:
  mutable std::mutex mutex_;
  std::atomic<bool> stop_requested_ = false;
  std::string reason_;
  std::optional<std::string> lasting_reason_;
  std::atomic<bool> has_requests_ = false;
  std::vector<CheckpointRequest> requests_;
  bool end_epoch_ = false;
  bool skip_batch_ = false;
};

}  // namespace sferic
