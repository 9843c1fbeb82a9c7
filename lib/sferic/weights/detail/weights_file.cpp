#include <sferic/weights/detail/weights_file.hpp>

#include <sferic/persistence/detail/input_file.hpp>
#include <sferic/weights/detail/archive_weights.hpp>
#include <sferic/weights/detail/safetensors_weights.hpp>

#include <fstream>
#include <string_view>

namespace sferic::detail {

namespace {

constexpr std::string_view kZip = "PK\x03\x04";
/// The number that torch.save began its files with before PyTorch 1.6, as Python pickles it.
constexpr std::string_view kOldTorch = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
/// Where the JSON of safetensors begins.
constexpr std::size_t kJson = 8;

std::string beginning_of(std::filesystem::path const& path) {
  (void)input_file_size(path);
  std::string beginning(kOldTorch.size(), '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file) fail_to_read(path, "", "it can't be opened");
  file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  return beginning;
}

}  // namespace

FileWeights open_weights(std::filesystem::path const& path) {
  auto const beginning = beginning_of(path);
  if (beginning.starts_with(kZip)) return archive_weights(path);
  if (beginning == kOldTorch) {
    fail_to_read(path, "",
                 "it is in the format that torch.save had before PyTorch 1.6; write it anew in "
                 "Python: torch.save(torch.load(\"old\", map_location=\"cpu\"), \"new\")");
  }
  if (beginning[kJson] == '{') return safetensors_weights(path);
  fail_to_read(path, "", "it is no file of LibTorch, PyTorch or safetensors");
}

}  // namespace sferic::detail
