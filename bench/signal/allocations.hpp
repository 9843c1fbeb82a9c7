#pragma once

#include <cstdint>

namespace sferic::bench {

/// The blocks and bytes that the process holds from malloc. A program that names this counts them.
struct Allocations {
  std::int64_t count = 0;
  std::int64_t bytes = 0;

  static Allocations now();
};

inline Allocations operator-(Allocations const& left, Allocations const& right) {
  return {left.count - right.count, left.bytes - right.bytes};
}

}  // namespace sferic::bench
