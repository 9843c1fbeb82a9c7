#pragma once

#include <string>

namespace sferic::detail {

/// The text, with U+FFFD in place of what is not UTF-8.
std::string valid_utf8(std::string const& text);

}  // namespace sferic::detail
