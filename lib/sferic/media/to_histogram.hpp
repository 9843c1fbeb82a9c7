#pragma once

#include <sferic/events/logged.hpp>

#include <cstdint>

namespace at {
class Tensor;
}

namespace sferic {

/// The finite values of a tensor of any shape, in `buckets` of equal width between the smallest and
/// the largest one. Waits for the tensor's device.
///
/// Throws std::invalid_argument if `buckets` < 1, and for complex numbers.
Histogram to_histogram(at::Tensor const& values, std::int64_t buckets = 64);

}  // namespace sferic
