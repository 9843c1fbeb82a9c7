#pragma once

#include <cstddef>
#include <filesystem>

namespace sferic::detail {

/// A file that appears under its name when it is complete and on the disk, and until then leaves an
/// older one of that name as it was. Several processes may write the same one: the last that is
/// complete stands. All functions throw CheckpointError, naming the file.
class NewFile {
 public:
  /// Creates the file's folder where there is none.
  explicit NewFile(std::filesystem::path path);

  /// Without commit(), nothing is left.
  ~NewFile();
  NewFile(NewFile const&) = delete;
  NewFile& operator=(NewFile const&) = delete;

  void write(void const* bytes, std::size_t count);

  /// Instead of those of any new file, where the file system has them.
  void set_permissions(std::filesystem::perms permissions);

  void commit();

 private:
  void create();
  [[noreturn]] void fail(char const* action) const;
  void sync_folder() const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int file_;
};

}  // namespace sferic::detail
