#pragma once

#include <stdexcept>

namespace sferic::detail {

/// Bytes are not what their format demands. Whoever knows which file they are from makes a
/// CheckpointError of it.
class FormatError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace sferic::detail
