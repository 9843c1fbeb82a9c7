#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

/// A statistic of a device.
struct Stat {
  std::string key;  ///< what it is logged as

  /// Reads it; nothing where there is no value at this moment. May throw.
  std::function<std::optional<double>()> read;
};

/// A device, and what can be read of it.
struct StatSource {
  std::string title;  ///< for messages, and what its keys begin with: "gpu_id: 0"
  std::vector<Stat> stats;
};

/// Which statistics are wanted, by their names.
using StatFilter = std::function<bool(std::string_view name)>;

/// "gpu_id: 0/fan.speed (%)"; without the unit if that is empty.
inline std::string key_of(std::string const& title, std::string_view name, std::string_view unit) {
  std::string key = title + '/';
  key += name;
  if (unit.empty()) return key;
  key += " (";
  key += unit;
  return key + ')';
}

}  // namespace sferic::detail
