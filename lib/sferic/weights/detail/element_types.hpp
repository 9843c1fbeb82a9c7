#pragma once

#include <sferic/persistence/detail/stored_tensor.hpp>

#include <torch/types.h>

namespace sferic::detail {

[[nodiscard]] at::ScalarType scalar_type(ElementType type) noexcept;

/// Throws FormatError for a type that files don't have.
[[nodiscard]] ElementType element_type(at::ScalarType type);

}  // namespace sferic::detail
