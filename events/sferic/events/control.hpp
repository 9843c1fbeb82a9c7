#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <utility>

namespace sferic {

/// What a handler may wish of the loop. The loop follows at the next point where it can.
class Control {
 public:
  /// Ends the training after the present batch, as soon as min_epochs and min_steps are reached.
  /// The first reason is kept. May be called from any thread.
  void stop(std::string reason) {
    std::lock_guard const lock(mutex_);
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

  [[nodiscard]] bool stop_requested() const noexcept { return stop_requested_; }

  [[nodiscard]] std::string stop_reason() const {
    std::lock_guard const lock(mutex_);
    return reason_;
  }

  /// For the loop: tells whether it was wished, and forgets the wish.
  bool take_end_epoch() noexcept { return std::exchange(end_epoch_, false); }
  bool take_skip_batch() noexcept { return std::exchange(skip_batch_, false); }

  /// For the loop: forgets all wishes.
  void reset() {
    std::lock_guard const lock(mutex_);
    stop_requested_ = false;
    reason_.clear();
    end_epoch_ = false;
    skip_batch_ = false;
  }

 private:
  mutable std::mutex mutex_;
  std::atomic<bool> stop_requested_ = false;
  std::string reason_;
  bool end_epoch_ = false;
  bool skip_batch_ = false;
};

}  // namespace sferic
