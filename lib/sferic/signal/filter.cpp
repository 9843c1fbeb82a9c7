#include <sferic/signal/filter.hpp>

#include <stdexcept>
#include <string>

namespace sferic::filters {

std::int64_t checked(char const* filter, std::int64_t n, std::int64_t least) {
  if (n >= least) return n;
  throw std::invalid_argument(std::string(filter) + "(n): n must be >= " + std::to_string(least) +
                              ", but got " + std::to_string(n));
}

std::string call_text(char const* filter, std::int64_t n) {
  return std::string(filter) + "(" + std::to_string(n) + ")";
}

}  // namespace sferic::filters
