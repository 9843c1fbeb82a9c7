#pragma once

#include <sferic/persistence/detail/format_error.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sferic::detail {

/// Takes bytes from the front of others. All functions throw FormatError where too few are left.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : left_(bytes) {}

  [[nodiscard]] std::size_t left() const noexcept { return left_.size(); }

  std::string_view take(std::uint64_t count) {
    if (count > left_.size()) throw FormatError("it ends too early");
    auto const taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }

  /// Without the end of the line, which is taken too.
  std::string_view take_line() {
    auto const line = take(left_.substr(0, left_.find('\n')).size());
    take(1);
    return line;
  }

  /// A number with its lowest byte first.
  template <std::unsigned_integral T>
  T take_number() {
    std::uint64_t number = 0;
    auto const bytes = take(sizeof(T));
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
      number = number << 8 | static_cast<unsigned char>(*byte);
    }
    return static_cast<T>(number);
  }

 private:
  std::string_view left_;
};

}  // namespace sferic::detail
