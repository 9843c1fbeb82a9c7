#include <sferic/persistence/detail/stored_tensor.hpp>

#include <sferic/persistence/detail/format_error.hpp>

#include <algorithm>
#include <limits>

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

void check_strides(StoredTensor const& tensor) {
  if (tensor.sizes.size() != tensor.strides.size()) {
    throw FormatError("a tensor has " + std::to_string(tensor.sizes.size()) + " sizes and " +
                      std::to_string(tensor.strides.size()) + " strides");
  }
  if (tensor.offset < 0 || std::ranges::any_of(tensor.strides, is_negative)) {
    throw FormatError("a tensor has a negative offset or stride");
  }
}

/// How many elements of its record the tensor needs.
std::uint64_t extent(StoredTensor const& tensor) {
  auto const begin = static_cast<std::uint64_t>(tensor.offset);
  std::uint64_t last = begin;
  for (std::size_t i = 0; i < tensor.sizes.size(); ++i) {
    if (tensor.sizes[i] == 0) return begin;
    last = sum(last, product(static_cast<std::uint64_t>(tensor.sizes[i] - 1),
                             static_cast<std::uint64_t>(tensor.strides[i])));
  }
  return sum(last, 1);
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

std::uint64_t count_bytes(std::vector<std::int64_t> const& sizes, ElementType type) {
  if (sizes.size() > kMostDimensions) throw FormatError("a tensor has too many dimensions");
  if (std::ranges::any_of(sizes, is_negative)) throw FormatError("a tensor has a negative size");
  // LibTorch multiplies the sizes of an empty tensor too, to get strides.
  std::uint64_t bytes = size_of(type);
  for (auto const size : sizes)
    bytes = product(bytes, static_cast<std::uint64_t>(std::max<std::int64_t>(size, 1)));
  if (bytes == kMost) throw FormatError("a tensor is too large");
  return std::ranges::count(sizes, 0) > 0 ? 0 : bytes;
}

void check_bounds(StoredTensor const& tensor, std::uint64_t record_size) {
  check_strides(tensor);
  (void)count_bytes(tensor.sizes, tensor.type);
  auto const needed = extent(tensor);
  if (product(needed, size_of(tensor.type)) <= record_size) return;
  throw FormatError("a tensor needs " + std::to_string(needed) + " elements of " +
                    std::to_string(size_of(tensor.type)) + " bytes, but the record has " +
                    std::to_string(record_size) + " bytes");
}

}  // namespace sferic::detail
