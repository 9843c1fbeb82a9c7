#include <sferic/weights/detail/element_types.hpp>

#include <sferic/persistence/detail/format_error.hpp>

#include <array>
#include <utility>

namespace sferic::detail {

namespace {

constexpr std::array<std::pair<ElementType, at::ScalarType>, 12> kTypes = {{
    {ElementType::kBool, at::kBool},
    {ElementType::kUInt8, at::kByte},
    {ElementType::kInt8, at::kChar},
    {ElementType::kInt16, at::kShort},
    {ElementType::kInt32, at::kInt},
    {ElementType::kInt64, at::kLong},
    {ElementType::kFloat16, at::kHalf},
    {ElementType::kBFloat16, at::kBFloat16},
    {ElementType::kFloat32, at::kFloat},
    {ElementType::kFloat64, at::kDouble},
    {ElementType::kComplex64, at::kComplexFloat},
    {ElementType::kComplex128, at::kComplexDouble},
}};

}  // namespace

at::ScalarType scalar_type(ElementType type) noexcept {
  for (auto const& [stored, scalar] : kTypes) {
    if (stored == type) return scalar;
  }
  return at::ScalarType::Undefined;
}

ElementType element_type(at::ScalarType type) {
  for (auto const& [stored, scalar] : kTypes) {
    if (scalar == type) return stored;
  }
  throw FormatError(std::string("files have no tensors of the type ") + at::toString(type));
}

}  // namespace sferic::detail
