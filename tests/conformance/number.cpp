#include "conformance/number.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

namespace sferic::conformance {

void read(Json const& value, std::string const& where, Number& into) {
  using Limits = std::numeric_limits<double>;
  if (value.is_string()) {
    into.value = one_of<double>(
        value, where,
        {{"inf", Limits::infinity()}, {"-inf", -Limits::infinity()}, {"nan", Limits::quiet_NaN()}});
  } else {
    read(value, where, into.value);
  }
}

std::string to_string(Number number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", number.value);
  return text;
}

bool alike(Number left, Number right, double tolerance) {
  double const a = left.value;
  double const b = right.value;
  if (!std::isfinite(a) || !std::isfinite(b)) return a == b || (std::isnan(a) && std::isnan(b));
  return std::abs(a - b) <= tolerance;
}

}  // namespace sferic::conformance
