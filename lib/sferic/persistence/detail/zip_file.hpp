#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct zip;

namespace sferic::detail {

/// A zip archive as LibTorch writes it, whoever wrote this one: all entries lie in one folder,
/// which is left out of their names here, and are stored as they are. Only code may be compressed;
/// such an entry is listed and can't be read.
///
/// Whatever the file says, all entries that can be read have together no more bytes than it has
/// itself. All functions throw CheckpointError, naming the file and the entry. For one thread at a
/// time.
class ZipFile {
 public:
  struct Entry {
    std::string name;
    std::size_t size;  ///< in bytes
    bool is_compressed;
  };

  /// Looks at the archive's directory and at the entries' headers, not at what the entries hold.
  explicit ZipFile(std::filesystem::path path);

  [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }

  /// In the file's order.
  [[nodiscard]] std::vector<Entry> const& entries() const noexcept { return entries_; }
  [[nodiscard]] bool contains(std::string_view name) const;
  [[nodiscard]] std::size_t size(std::string_view name) const;  ///< if it can be read

  /// What an entry holds, after comparing its checksum.
  [[nodiscard]] std::string read(std::string_view name) const;

  /// The same into `size` bytes at `to`, which has to be the size of the entry. After an error
  /// there may be anything at `to`.
  void read(std::string_view name, void* to, std::size_t size) const;

  /// Compares the checksums of all entries that can be read, and have not been.
  void verify() const;

  /// Throws the CheckpointError of this entry; of the file if `entry` is empty.
  [[noreturn]] void fail(std::string_view entry, std::string_view reason) const;

 private:
  struct Close {
    void operator()(zip* archive) const noexcept;
  };

  void open();
  void list(std::uint64_t file_size);
  std::uint64_t add(std::uint64_t index, std::uint64_t left);
  void leave_out_the_folder();
  std::size_t index(std::string_view name) const;
  std::size_t readable_index(std::string_view name) const;
  template <class Take>
  void read_through(std::size_t index, Take take) const;

  std::filesystem::path path_;
  std::unique_ptr<zip, Close> archive_;
  std::vector<Entry> entries_;  ///< by their index in the archive
  mutable std::vector<bool> verified_;
  std::map<std::string, std::size_t, std::less<>> indices_;
};

}  // namespace sferic::detail
