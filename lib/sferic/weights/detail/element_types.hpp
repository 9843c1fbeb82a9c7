#pragma once

#include <sferic/persistence/detail/stored_tensor.hpp>

#include <torch/types.h>

namespace sferic::detail {

[[nodiscard]] at::ScalarType scalar_type(ElementType type) noexcept;

}  // namespace sferic::detail
