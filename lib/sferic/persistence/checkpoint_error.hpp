#pragma once

#include <stdexcept>

namespace sferic {

/// A checkpoint could not be written or read; the message names the file and the reason.
class CheckpointError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace sferic
