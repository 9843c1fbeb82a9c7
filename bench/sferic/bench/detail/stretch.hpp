#pragma once

#include <cstdint>

namespace benchmark {
class State;
}

namespace sferic::bench::detail {

/// What something takes of the thread that does it.
struct Cost {
  double seconds = 0;      ///< of the clock
  double cpu_seconds = 0;  ///< of the processor
  double allocations = 0;

  /// Since some moment in the past.
  static Cost now();
};

inline Cost operator-(Cost const& left, Cost const& right) {
  return {left.seconds - right.seconds, left.cpu_seconds - right.cpu_seconds,
          left.allocations - right.allocations};
}

/// The batches of an epoch that are measured: those in its middle, so that neither the epoch's
/// beginning and end count, nor what happens once, in the first batch.
class Stretch {
 public:
  static constexpr std::int64_t kMargin = 4;  ///< batches before it, and batches after it

  /// Measures so many batches, >= 1. The state's timer, if there is a state, is paused before, and
  /// runs meanwhile.
  explicit Stretch(std::int64_t batches, benchmark::State* state = nullptr)
      : batches_(batches), state_(state) {}

  /// The batches of the epoch.
  std::int64_t epoch() const noexcept { return batches_ + 2 * kMargin; }

  /// The loop takes the batch of this index.
  void take(std::int64_t batch) {
    if (batch == kMargin) begin();
    if (batch == kMargin + batches_) end();
    taken_ = batch + 1;
  }

  /// Throws std::runtime_error if the epoch was left before the stretch had ended.
  void check() const;

  /// A batch's share of what the stretch took.
  Cost a_batch() const;

 private:
  void begin();
  void end();

  std::int64_t batches_;
  benchmark::State* state_;
  std::int64_t taken_ = 0;
  Cost cost_;
};

}  // namespace sferic::bench::detail
