#include <sferic/callbacks/detail/tensors.hpp>

#include <ATen/core/Tensor.h>

namespace sferic::detail {

Tensors::Tensors(Tensors const&) = default;
Tensors::Tensors(Tensors&&) noexcept = default;
Tensors& Tensors::operator=(Tensors const&) = default;
Tensors& Tensors::operator=(Tensors&&) noexcept = default;
Tensors::~Tensors() = default;

}  // namespace sferic::detail
