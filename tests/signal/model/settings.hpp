#pragma once

#include <cstdint>
#include <cstdlib>

namespace sferic::test::model {

/// A number from the environment.
inline std::uint64_t setting(char const* name, std::uint64_t otherwise) {
  char const* const given = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return given == nullptr ? otherwise : std::strtoull(given, nullptr, 0);
}

}  // namespace sferic::test::model
