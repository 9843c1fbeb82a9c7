#pragma once

#include <string>

#include "conformance/json_fields.hpp"

namespace sferic::conformance {

/// A number as recordings write it: "inf", "-inf" and "nan" are texts in JSON.
struct Number {
  double value = 0;
};

/// Throws NotUnderstood.
void read(Json const& value, std::string const& where, Number& into);

/// With all its digits.
std::string to_string(Number number);

/// Whether they are the same up to a tolerance; a NaN is like a NaN.
bool alike(Number left, Number right, double tolerance = 0);

}  // namespace sferic::conformance
