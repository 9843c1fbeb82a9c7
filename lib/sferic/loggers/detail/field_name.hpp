#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace sferic::detail {

/// What a value is called in a file that has these names for fields of its own: with one more `_`
/// where it has such a name, followed by any number of them. So no two values become the same.
std::string field_name(std::string_view name, std::initializer_list<std::string_view> own);

}  // namespace sferic::detail
