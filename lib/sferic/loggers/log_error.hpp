#pragma once

#include <stdexcept>

namespace sferic {

/// What was logged cannot be written; the message names the file and the reason.
class LogError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace sferic
