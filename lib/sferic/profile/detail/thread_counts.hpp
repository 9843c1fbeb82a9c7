#pragma once

#include <sferic/profile/detail/durations.hpp>
#include <sferic/profile/detail/phases.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace sferic::detail {

/// Counts by number, of one thread that writes without a lock. It makes room under the mutex, under
/// which others read.
template <class Counts>
class CountsByNumber {
 public:
  /// Makes the counts by `make(number)`, with the mutex held, if there are none.
  template <class Make>
  Counts& at(std::size_t number, std::mutex& mutex, Make make) {
    if (number < counts_.size() && counts_[number]) [[likely]]
      return *counts_[number];
    std::lock_guard const lock(mutex);
    counts_.resize(std::max(counts_.size(), number + 1));
    counts_[number] = make(number);
    return *counts_[number];
  }

  /// Null if there are none.
  Counts const* find(std::size_t number) const noexcept {
    return number < counts_.size() ? counts_[number].get() : nullptr;
  }

 private:
  std::vector<std::unique_ptr<Counts>> counts_;
};

struct EmissionCounts {
  EventRole const& role;
  DurationCounts durations = {};
};

/// What one thread has counted.
struct ThreadCounts {
  using Time = EmissionObserver::Time;

  CountsByNumber<DurationCounts> calls;      ///< by slot
  CountsByNumber<EmissionCounts> emissions;  ///< by signal
  Phases phases;
  int depth = 0;  ///< of nested emissions
  std::atomic<Time> first = Time();
  std::atomic<Time> last = Time();
};

}  // namespace sferic::detail
