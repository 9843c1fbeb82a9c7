#pragma once

#include <filesystem>
#include <string_view>

namespace sferic::detail {

/// A file that grows by whole pieces: one that cannot be written leaves the file as it was.
class AppendFile {
 public:
  /// Opens nothing yet.
  explicit AppendFile(std::filesystem::path path);
  ~AppendFile() { close(); }
  AppendFile(AppendFile const&) = delete;
  AppendFile& operator=(AppendFile const&) = delete;

  /// Appends the text, in an empty file after `begin`; makes file and folder where there are none.
  /// False if the file had been removed since the last time, so that a new one was begun. Throws
  /// LogError.
  bool write(std::string_view text, std::string_view begin = {});

  /// Somebody else is going to change the file, which the next write opens anew.
  void close();

 private:
  void open();
  bool is_in_place() const;
  void append(std::string_view text) const;
  [[noreturn]] void fail() const;

  std::filesystem::path const path_;
  int file_ = kNone;
  static constexpr int kNone = -1;
};

}  // namespace sferic::detail
