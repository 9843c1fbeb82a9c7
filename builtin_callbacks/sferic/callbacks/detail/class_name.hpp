#pragma once

#include <string>
#include <string_view>

namespace sferic::detail {

/// "Vae" of "shop::(anonymous namespace)::Vae": a class as one calls it, without its namespaces.
/// Those within template arguments stay.
std::string class_name(std::string_view full);

}  // namespace sferic::detail
