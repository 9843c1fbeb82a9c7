// Bytes as a pickle, as an archive and as a file of safetensors: each is read or refused.

#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/detail/format_error.hpp>
#include <sferic/persistence/detail/pickle.hpp>
#include <sferic/persistence/detail/safetensors.hpp>
#include <sferic/persistence/detail/zip_file.hpp>

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

using namespace sferic;
using namespace sferic::detail;

/// A file in memory.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : file_(memfd_create("input", MFD_CLOEXEC)) {
    auto const written = write(file_, bytes.data(), bytes.size());
    if (written != static_cast<ssize_t>(bytes.size())) std::abort();
  }
  ~MemoryFile() { close(file_); }
  MemoryFile(MemoryFile const&) = delete;
  MemoryFile& operator=(MemoryFile const&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

void read_as_pickle(std::string_view bytes) {
  try {
    auto const value = read_pickle(bytes);
    if (auto const* tensor = value.as<StoredTensor>()) check_bounds(*tensor, bytes.size());
  } catch (FormatError const&) {
  }
}

void read_as_archive(std::string const& path) {
  try {
    ZipFile const file(path);
    file.verify();
    (void)read_pickle(file);
    (void)file.read("data/0");
  } catch (CheckpointError const&) {
  }
}

void read_as_safetensors(std::string const& path, std::size_t size) {
  try {
    SafetensorsFile const file(path);
    std::string elements(size, '\0');
    for (auto const& entry : file.entries()) file.read(entry, elements.data());
  } catch (CheckpointError const&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
  std::string_view const input(reinterpret_cast<char const*>(bytes), size);
  read_as_pickle(input);
  MemoryFile const file(input);
  read_as_archive(file.path());
  read_as_safetensors(file.path(), size);
  return 0;
}
