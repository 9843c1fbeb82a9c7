#pragma once

#include <cstdint>

namespace sferic::bench::detail {

/// How often this thread has called operator new. A program that names this counts that.
std::int64_t allocations_of_this_thread() noexcept;

}  // namespace sferic::bench::detail
