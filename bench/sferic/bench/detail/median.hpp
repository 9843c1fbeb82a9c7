#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sferic::bench::detail {

/// The value in the middle; of an even number the upper one, of none 0.
inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace sferic::bench::detail
