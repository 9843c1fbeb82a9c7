#include <sferic/callbacks/detail/class_name.hpp>

namespace sferic::detail {

std::string class_name(std::string_view full) {
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i < full.size(); ++i) {
    if (full[i] == '<' || full[i] == '(') ++depth;
    if (full[i] == '>' || full[i] == ')') --depth;
    if (full[i] == ':' && depth == 0) begin = i + 1;
  }
  return std::string(full.substr(begin));
}

}  // namespace sferic::detail
