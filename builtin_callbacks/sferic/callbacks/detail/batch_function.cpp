#include <sferic/callbacks/detail/batch_function.hpp>

#include <c10/util/Type.h>
#include <fmt/format.h>

#include <stdexcept>

namespace sferic::detail {

void refuse_batch(char const* callback, std::type_info const& expected) {
  throw std::invalid_argument(
      fmt::format("{} was given a function of a `{}`, but the batches are of another type",
                  callback, c10::demangle(expected.name())));
}

}  // namespace sferic::detail
