#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

// How callbacks check their options. For their sources only.

namespace sferic::detail {

/// Throws std::invalid_argument, naming option and value: "patience of EarlyStopping must be >= 0,
/// but got -1".
template <class Value>
void require(bool fits, char const* callback, char const* option, char const* range,
             Value const& value) {
  if (fits) return;
  throw std::invalid_argument(
      fmt::format("{} of {} must be {}, but got {}", option, callback, range, value));
}

inline void require_mode(char const* callback, std::string const& mode) {
  require(mode == "min" || mode == "max", callback, "mode", "\"min\" or \"max\"", '"' + mode + '"');
}

}  // namespace sferic::detail
