#include <sferic/checkpoint/detail/content.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace sferic::detail {

std::vector<std::string> CheckpointContent::names_under(std::string_view prefix) const {
  std::vector<std::string> names;
  for (auto at = values.lower_bound(prefix); at != values.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    names.push_back(at->first.substr(prefix.size()));
  }
  return names;
}

Weight* CheckpointContent::find_weight(std::string_view name) {
  auto const found = std::find_if(weights.begin(), weights.end(),
                                  [&](Weight const& each) { return each.name == name; });
  return found == weights.end() ? nullptr : &*found;
}

void CheckpointContent::fail(std::string_view path, std::string_view reason) const {
  throw CheckpointError(fmt::format("cannot load `{}`: entry `{}` {}", file, path, reason));
}

}  // namespace sferic::detail
