#pragma once

#include <exception>
#include <string>

namespace sferic::detail {

/// What an exception says.
inline std::string message_of(std::exception_ptr const& error) {
  try {
    std::rethrow_exception(error);
  } catch (std::exception const& known) {
    return known.what();
  } catch (...) {
    return "an exception that is not a std::exception";
  }
}

}  // namespace sferic::detail
