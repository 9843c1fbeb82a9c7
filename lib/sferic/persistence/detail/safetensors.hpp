#pragma once

#include <sferic/persistence/detail/stored_tensor.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

/// A tensor in a file of the format safetensors: its elements lie row by row, lowest byte first.
struct SafetensorsEntry {
  std::string name;
  ElementType type;
  std::vector<std::int64_t> sizes;
  std::uint64_t begin = 0;  ///< in bytes after the header
  std::uint64_t end = 0;
};

using SafetensorsEntries = std::vector<SafetensorsEntry>;

/// The header in JSON, without its length, of a file with `data_size` bytes after it. In the order
/// of the data, in which the tensors have to lie without gaps. Throws FormatError.
[[nodiscard]] SafetensorsEntries parse_safetensors_header(std::string_view json,
                                                          std::uint64_t data_size);

/// The first bytes of a file, with the length, for data in this order; `begin` and `end` are not
/// looked at. It says that PyTorch's tensors are in it, as other tools want to know. Throws
/// FormatError for a type that the format doesn't have.
[[nodiscard]] std::string make_safetensors_header(SafetensorsEntries const& entries);

/// A file whose header has been found in order. All functions throw CheckpointError.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(std::filesystem::path path);

  [[nodiscard]] SafetensorsEntries const& entries() const noexcept { return entries_; }

  /// Copies the elements, `entry.end - entry.begin` bytes, to `to`.
  void read(SafetensorsEntry const& entry, void* to) const;

 private:
  std::filesystem::path path_;
  std::uint64_t data_begin_ = 0;
  SafetensorsEntries entries_;
};

}  // namespace sferic::detail
