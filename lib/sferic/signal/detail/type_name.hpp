#pragma once

#include <string>
#include <typeinfo>

namespace sferic::detail {

/// The name of a type as one writes it.
std::string type_name(std::type_info const& type);

}  // namespace sferic::detail
