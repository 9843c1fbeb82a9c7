#pragma once

#include <exception>
#include <string>

namespace sferic::test {

template <class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (std::exception const& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace sferic::test
