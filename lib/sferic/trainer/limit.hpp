#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

namespace sferic {

/// How many of the batches to use: a whole number is a count, a floating-point number a share.
///
///   .limit_train_batches = 10     // ten batches
///   .limit_train_batches = 0.1    // a tenth of them
class Limit {
 public:
  template <std::integral Count>
  constexpr Limit(Count count) noexcept  // NOLINT(google-explicit-constructor)
      : value_(static_cast<double>(count)), is_share_(false) {}
  constexpr Limit(double share) noexcept  // NOLINT(google-explicit-constructor)
      : value_(share), is_share_(true) {}

  constexpr bool is_share() const noexcept { return is_share_; }
  constexpr double value() const noexcept { return value_; }

  /// Whether nothing at all is to be used.
  constexpr bool is_zero() const noexcept { return value_ == 0; }

  /// How many batches of a loader that has `batches`, or an unknown number of them, of which any
  /// share but 0 is all.
  constexpr std::optional<std::int64_t> of(std::optional<std::int64_t> batches) const noexcept {
    if (is_share_) {
      if (!batches) return value_ == 0 ? std::optional<std::int64_t>(0) : std::nullopt;
      return static_cast<std::int64_t>(static_cast<double>(*batches) * value_);
    }
    if (value_ >= 0x1p63) return batches;
    auto const count = static_cast<std::int64_t>(value_);
    return batches && *batches < count ? *batches : count;
  }

 private:
  double value_;
  bool is_share_;
};

}  // namespace sferic
