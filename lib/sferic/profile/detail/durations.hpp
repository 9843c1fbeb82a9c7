#pragma once

#include <sferic/profile/hook_profile.hpp>

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <memory>

namespace sferic::detail {

/// Counts durations by their size: exactly below 64 ns, then in 32 buckets for each doubling, as
/// HDR histograms do. One thread adds, without a locked instruction; any may read meanwhile.
class DurationCounts {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  void add(Nanoseconds duration) noexcept {
    auto const ns = static_cast<std::uint64_t>(duration.count() > 0 ? duration.count() : 0);
    increase(count_, 1);
    increase(total_, ns);
    if (ns > max_.load(std::memory_order_relaxed)) max_.store(ns, std::memory_order_relaxed);
    increase(buckets_[bucket_of(ns)], 1);
  }

 private:
  friend class DurationSum;
  using Number = std::atomic<std::uint64_t>;

  static constexpr unsigned kBits = 5;
  static constexpr std::size_t kBuckets = (64 - kBits + 1) << kBits;

  static std::size_t bucket_of(std::uint64_t ns) noexcept {
    constexpr std::uint64_t kExact = 2u << kBits;
    if (ns < kExact) return ns;
    auto const shift = static_cast<unsigned>(std::bit_width(ns)) - kBits - 1;
    return (static_cast<std::size_t>(shift) << kBits) + (ns >> shift);
  }

  /// The middle of a bucket.
  static double middle_of(std::size_t bucket) noexcept;

  static void increase(Number& number, std::uint64_t by) noexcept {
    number.store(number.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }

  Number count_ = 0;
  Number total_ = 0;
  Number max_ = 0;
  std::array<Number, kBuckets> buckets_ = {};
};

/// The durations that several threads have counted.
class DurationSum {
 public:
  void add(DurationCounts const& counts);

  /// What they are, when each is made shorter by `overhead`, in seconds.
  [[nodiscard]] Durations durations(double overhead = 0) const;

 private:
  [[nodiscard]] double quantile(double q) const;

  std::uint64_t count_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t max_ = 0;
  std::array<std::uint64_t, DurationCounts::kBuckets> buckets_ = {};
};

}  // namespace sferic::detail
