#include <sferic/profile/detail/durations.hpp>

#include <algorithm>
#include <cmath>

namespace sferic::detail {

double DurationCounts::middle_of(std::size_t bucket) noexcept {
  std::size_t const shift = (bucket >> kBits) < 2 ? 0 : (bucket >> kBits) - 1;
  auto const first = static_cast<double>((bucket - (shift << kBits)) << shift);
  return first + (std::ldexp(1, static_cast<int>(shift)) - 1) / 2;
}

void DurationSum::add(DurationCounts const& counts) {
  auto const read = [](auto const& number) { return number.load(std::memory_order_relaxed); };
  count_ += read(counts.count_);
  total_ += read(counts.total_);
  max_ = std::max(max_, read(counts.max_));
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += read(counts.buckets_[i]);
}

/// In nanoseconds. Counts that another thread is adding to may be one apart.
double DurationSum::quantile(double q) const {
  auto const rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= rank) {
      return std::min(DurationCounts::middle_of(i), static_cast<double>(max_));
    }
  }
  return static_cast<double>(max_);
}

Durations DurationSum::durations(double overhead) const {
  if (count_ == 0) return {};
  auto const seconds = [&](double nanoseconds) {
    return std::max(0.0, 1e-9 * nanoseconds - overhead);
  };
  double const mean = seconds(static_cast<double>(total_) / static_cast<double>(count_));
  return {.count = static_cast<std::int64_t>(count_),
          .total = mean * static_cast<double>(count_),
          .mean = mean,
          .p50 = seconds(quantile(0.5)),
          .p95 = seconds(quantile(0.95)),
          .p99 = seconds(quantile(0.99)),
          .max = seconds(static_cast<double>(max_))};
}

}  // namespace sferic::detail
