#include <sferic/persistence/detail/input_file.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <string>
#include <system_error>

namespace sferic::detail {

void fail_to_read(std::filesystem::path const& path, std::string_view entry,
                  std::string_view reason) {
  std::string message = "cannot read `" + path.string() + "`: ";
  if (!entry.empty()) message.append("entry `").append(entry).append("`: ");
  throw CheckpointError(message.append(reason));
}

std::uint64_t input_file_size(std::filesystem::path const& path) {
  std::error_code error;
  auto const status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) fail_to_read(path, "", "there is no such file");
  if (!std::filesystem::is_regular_file(status)) fail_to_read(path, "", "it is not a file");
  auto const size = std::filesystem::file_size(path, error);
  if (error) fail_to_read(path, "", error.message());
  return size;
}

}  // namespace sferic::detail
