#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

enum class ElementType : std::uint8_t {
  kBool,
  kUInt8,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat16,
  kBFloat16,
  kFloat32,
  kFloat64,
  kComplex64,
  kComplex128,
};

[[nodiscard]] std::size_t size_of(ElementType type) noexcept;

/// How many bytes the elements of such a tensor have. Throws FormatError for sizes that no tensor
/// can have, or whose product can't be counted.
[[nodiscard]] std::uint64_t count_bytes(std::vector<std::int64_t> const& sizes, ElementType type);

/// A tensor as a file describes it: a view of a record, which is a row of elements. Only
/// check_bounds() says whether the record is large enough.
struct StoredTensor {
  std::string record;  ///< "0": the entry `data/0`
  ElementType type;
  std::int64_t storage_size;  ///< of the record, in elements, as the file claims
  std::int64_t offset;        ///< in elements
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> strides;  ///< in elements
  bool requires_grad;
};

/// Throws FormatError unless there can be such a tensor and it lies within a record of
/// `record_size` bytes.
void check_bounds(StoredTensor const& tensor, std::uint64_t record_size);

}  // namespace sferic::detail
