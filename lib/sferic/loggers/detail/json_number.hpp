#pragma once

#include <nlohmann/json_fwd.hpp>

namespace sferic::detail {

/// A number; or what JSON has no number for as the strings "NaN", "Infinity" and "-Infinity", as
/// Protocol Buffers write it in JSON, and Python's float() and JavaScript's Number() read it.
nlohmann::ordered_json json_number(double value);

}  // namespace sferic::detail
