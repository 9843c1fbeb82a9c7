#include <sferic/persistence/detail/new_file.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sferic::detail {

namespace {

constexpr int kNone = -1;

std::filesystem::path folder_of(std::filesystem::path const& path) {
  auto folder = path.parent_path();
  return folder.empty() ? std::filesystem::path(".") : folder;
}

/// Whether the open file still has this name: its last owner may just have renamed it.
bool has_name(int file, std::filesystem::path const& path) {
  struct stat opened = {};
  struct stat named = {};
  return fstat(file, &opened) == 0 && stat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/// Makes the file ours, unless somebody else is writing it. A file system without locks cannot
/// tell, and is used as if nobody were.
bool take(int file, std::filesystem::path const& path) {
  bool const is_locked = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  return !is_locked && has_name(file, path);
}

bool make_empty(int file) {
  struct stat status = {};
  return fstat(file, &status) == 0 && (status.st_size == 0 || ftruncate(file, 0) == 0);
}

}  // namespace

NewFile::NewFile(std::filesystem::path path) : path_(std::move(path)), file_(kNone) {
  std::error_code error;
  std::filesystem::create_directories(folder_of(path_), error);
  create();
}

/// A name that stays the same, so that what a killed process leaves behind is used again; and
/// another one while a living process writes the same file.
void NewFile::create() {
  for (int attempt = 0;; ++attempt) {
    temporary_ = path_.string() + ".tmp" + (attempt > 0 ? std::to_string(attempt) : "");
    file_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (file_ == kNone) fail("create");
    if (take(file_, temporary_)) break;
    close(std::exchange(file_, kNone));
  }
  if (make_empty(file_)) return;
  close(std::exchange(file_, kNone));
  fail("empty");
}

NewFile::~NewFile() {
  if (file_ == kNone) return;
  unlink(temporary_.c_str());
  close(file_);
}

void NewFile::write(void const* bytes, std::size_t count) {
  auto const* position = static_cast<char const*>(bytes);
  while (count > 0) {
    auto const written = ::write(file_, position, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write");
    position += written;
    count -= static_cast<std::size_t>(written);
  }
}

void NewFile::set_permissions(std::filesystem::perms permissions) {
  [[maybe_unused]] int const ignored = fchmod(file_, static_cast<mode_t>(permissions));
}

void NewFile::commit() {
  if (fsync(file_) != 0) fail("sync");
  if (rename(temporary_.c_str(), path_.c_str()) != 0) fail("rename");
  close(std::exchange(file_, kNone));  // not before, or another process could take the name
  sync_folder();
}

void NewFile::fail(char const* action) const {
  std::string const reason = std::generic_category().message(errno);
  throw CheckpointError("cannot " + std::string(action) + " `" + temporary_.string() +
                        "` to save `" + path_.string() + "`: " + reason);
}

/// Some file systems cannot sync a folder; that is no reason to lose the file.
void NewFile::sync_folder() const {
  int const folder = open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder == kNone) return;
  fsync(folder);
  close(folder);
}

}  // namespace sferic::detail
