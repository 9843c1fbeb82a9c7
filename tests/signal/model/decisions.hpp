#pragma once

#include <cstdint>
#include <span>

namespace sferic::test::model {

/// What a random program does next, read from bytes: those of a random number generator, or of a
/// fuzzer. When no bytes are left, each answer is 0 and the program comes to its end.
class Decisions {
 public:
  explicit Decisions(std::span<std::uint8_t const> bytes) : left_(bytes) {}

  bool ended() const { return left_.empty(); }
  void end() { left_ = {}; }

  /// One of 0, 1, ..., limit - 1; not more than 256 of them.
  int below(int limit) {
    if (left_.empty()) return 0;
    int const byte = left_.front();
    left_ = left_.subspan(1);
    return byte % limit;
  }

  bool one_in(int n) { return below(n) == n - 1; }

 private:
  std::span<std::uint8_t const> left_;
};

}  // namespace sferic::test::model
