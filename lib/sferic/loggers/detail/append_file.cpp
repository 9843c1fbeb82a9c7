#include <sferic/loggers/detail/append_file.hpp>

#include <sferic/loggers/log_error.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sferic::detail {

AppendFile::AppendFile(std::filesystem::path path) : path_(std::move(path)) {}

bool AppendFile::write(std::string_view text, std::string_view begin) {
  bool const was_removed = file_ != kNone && !is_in_place();
  if (was_removed) close();
  if (file_ == kNone) open();
  struct stat before = {};
  if (fstat(file_, &before) != 0) fail();
  try {
    if (before.st_size == 0) append(begin);
    append(text);
  } catch (LogError const&) {
    // If this fails as well, a reader meets the end of the file within a line or a record.
    [[maybe_unused]] int const ignored = ftruncate(file_, before.st_size);
    throw;
  }
  return !was_removed;
}

void AppendFile::close() {
  if (file_ != kNone) ::close(std::exchange(file_, kNone));
}

void AppendFile::open() {
  std::error_code ignored;
  std::filesystem::create_directories(path_.parent_path(), ignored);
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file_ == kNone) fail();
}

/// Whether the open file still has its name.
bool AppendFile::is_in_place() const {
  struct stat opened = {};
  struct stat named = {};
  return fstat(file_, &opened) == 0 && stat(path_.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

void AppendFile::append(std::string_view text) const {
  while (!text.empty()) {
    auto const written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail();
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AppendFile::fail() const {
  auto const reason = std::generic_category().message(errno);
  throw LogError("cannot write `" + path_.string() + "`: " + reason);
}

}  // namespace sferic::detail
