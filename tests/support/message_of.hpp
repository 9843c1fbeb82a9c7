#pragma once

#include <string>

namespace sferic::test {

/// The message of the Error that `call` throws.
template <class Error, class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (Error const& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace sferic::test
