#include <sferic/persistence/detail/stored_tensor.hpp>

#include <sferic/persistence/detail/format_error.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace sferic::detail {

namespace {

constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
constexpr std::size_t kMostDimensions = 64;

bool is_negative(std::int64_t number) { return number < 0; }

/// Both saturate at kMost, which no file can hold.
std::uint64_t sum(std::uint64_t a, std::uint64_t b) { return b > kMost - a ? kMost : a + b; }
std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  return a != 0 && b > kMost / a ? kMost : a * b;
}

void check_numbers(StoredTensor const& tensor) {
  if (tensor.sizes.size() != tensor.strides.size()) {
    throw FormatError("a tensor has " + std::to_string(tensor.sizes.size()) + " sizes and " +
                      std::to_string(tensor.strides.size()) + " strides");
  }
  if (tensor.sizes.size() > kMostDimensions) throw FormatError("a tensor has too many dimensions");
  if (tensor.offset < 0 || std::ranges::any_of(tensor.sizes, is_negative) ||
      std::ranges::any_of(tensor.strides, is_negative)) {
    throw FormatError("a tensor has a negative offset, size or stride");
  }
}

/// {how many elements the tensor has, how many of the record it needs}
std::pair<std::uint64_t, std::uint64_t> extent(StoredTensor const& tensor) {
  std::uint64_t count = 1;
  std::uint64_t last = static_cast<std::uint64_t>(tensor.offset);
  for (std::size_t i = 0; i < tensor.sizes.size(); ++i) {
    auto const size = static_cast<std::uint64_t>(tensor.sizes[i]);
    count = product(count, size);
    if (size > 0)
      last = sum(last, product(size - 1, static_cast<std::uint64_t>(tensor.strides[i])));
  }
  if (std::ranges::count(tensor.sizes, 0) > 0) {
    return {0, static_cast<std::uint64_t>(tensor.offset)};
  }
  return {count, sum(last, 1)};
}

}  // namespace

std::size_t size_of(ElementType type) noexcept {
  switch (type) {
    case ElementType::kBool:
    case ElementType::kUInt8:
    case ElementType::kInt8:
      return 1;
    case ElementType::kInt16:
    case ElementType::kFloat16:
    case ElementType::kBFloat16:
      return 2;
    case ElementType::kInt32:
    case ElementType::kFloat32:
      return 4;
    case ElementType::kInt64:
    case ElementType::kFloat64:
    case ElementType::kComplex64:
      return 8;
    case ElementType::kComplex128:
      return 16;
  }
  return 0;
}

void check_bounds(StoredTensor const& tensor, std::uint64_t record_size) {
  check_numbers(tensor);
  auto const [count, needed] = extent(tensor);
  if (product(count, size_of(tensor.type)) == kMost) throw FormatError("a tensor is too large");
  if (product(needed, size_of(tensor.type)) <= record_size) return;
  throw FormatError("a tensor needs " + std::to_string(needed) + " elements of " +
                    std::to_string(size_of(tensor.type)) + " bytes, but the record has " +
                    std::to_string(record_size) + " bytes");
}

}  // namespace sferic::detail
