#include <sferic/loggers/detail/json_number.hpp>

#include <nlohmann/json.hpp>

#include <cmath>

namespace sferic::detail {

nlohmann::ordered_json json_number(double value) {
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

}  // namespace sferic::detail
