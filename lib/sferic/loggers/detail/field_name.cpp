#include <sferic/loggers/detail/field_name.hpp>

#include <algorithm>

namespace sferic::detail {

std::string field_name(std::string_view name, std::initializer_list<std::string_view> own) {
  auto const stem = name.substr(0, name.find_last_not_of('_') + 1);
  bool const is_own = std::find(own.begin(), own.end(), stem) != own.end();
  return std::string(name) + (is_own ? "_" : "");
}

}  // namespace sferic::detail
