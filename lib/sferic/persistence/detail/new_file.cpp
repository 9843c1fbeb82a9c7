#include <sferic/persistence/detail/new_file.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <cerrno>
#include <fcntl.h>
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

}  // namespace

NewFile::NewFile(std::filesystem::path path)
    : path_(std::move(path)), temporary_(path_.string() + ".tmp"), file_(kNone) {
  std::error_code error;
  std::filesystem::create_directories(folder_of(path_), error);
  file_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file_ == kNone) fail("create");
}

NewFile::~NewFile() {
  if (file_ == kNone) return;
  close(file_);
  unlink(temporary_.c_str());
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

void NewFile::commit() {
  if (fsync(file_) != 0) fail("sync");
  if (close(std::exchange(file_, kNone)) != 0) fail("close");
  if (rename(temporary_.c_str(), path_.c_str()) != 0) fail("rename");
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
