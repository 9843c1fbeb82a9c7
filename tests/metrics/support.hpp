#pragma once

#include <sferic/metrics/metrics.hpp>

#include <exception>
#include <string>

namespace sferic::test {

inline constexpr auto kTraining = Metrics::Scope::kTraining;
inline constexpr auto kEvaluation = Metrics::Scope::kEvaluation;

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
