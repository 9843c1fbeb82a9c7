#include <sferic/weights/detail/element_types.hpp>

namespace sferic::detail {

at::ScalarType scalar_type(ElementType type) noexcept {
  switch (type) {
    case ElementType::kBool:
      return at::kBool;
    case ElementType::kUInt8:
      return at::kByte;
    case ElementType::kInt8:
      return at::kChar;
    case ElementType::kInt16:
      return at::kShort;
    case ElementType::kInt32:
      return at::kInt;
    case ElementType::kInt64:
      return at::kLong;
    case ElementType::kFloat16:
      return at::kHalf;
    case ElementType::kBFloat16:
      return at::kBFloat16;
    case ElementType::kFloat32:
      return at::kFloat;
    case ElementType::kFloat64:
      return at::kDouble;
    case ElementType::kComplex64:
      return at::kComplexFloat;
    case ElementType::kComplex128:
      return at::kComplexDouble;
  }
  return at::ScalarType::Undefined;
}

}  // namespace sferic::detail
