#include <sferic/png/png.hpp>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <png.h>
#include <stdexcept>
#include <system_error>

namespace sferic {

namespace {

png_uint_32 checked_size(char const* what, std::int64_t size, std::int64_t most) {
  if (size >= 1 && size <= most) return static_cast<png_uint_32>(size);
  throw std::invalid_argument(std::string(what) + " of an image must be from 1 to " +
                              std::to_string(most) + ", but is " + std::to_string(size));
}

png_image header_of(Image const& image) {
  constexpr png_uint_32 kFormats[] = {PNG_FORMAT_GRAY, PNG_FORMAT_GA, PNG_FORMAT_RGB,
                                      PNG_FORMAT_RGBA};
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max() / 4;
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = checked_size("the width", image.width, kMost);
  header.height = checked_size("the height", image.height, kMost);
  header.format = kFormats[checked_size("the number of channels", image.channels, 4) - 1];
  auto const size = static_cast<std::uint64_t>(image.width * image.height * image.channels);
  if (image.pixels.size() != size) {
    throw std::invalid_argument("an image of this size has " + std::to_string(size) +
                                " bytes, but got " + std::to_string(image.pixels.size()));
  }
  return header;
}

[[noreturn]] void fail(std::filesystem::path const& path, std::string const& reason) {
  throw std::runtime_error("`" + path.string() + "` cannot be written: " + reason);
}

}  // namespace

std::string encode_png(Image const& image) {
  png_image header = header_of(image);
  auto const* const pixels = image.pixels.data();
  std::string bytes;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(header);
  bytes.resize(size);
  if (!png_image_write_to_memory(&header, bytes.data(), &size, /*convert_to_8_bit=*/0, pixels,
                                 /*row_stride=*/0, /*colormap=*/nullptr)) {
    throw std::runtime_error(std::string("an image cannot be written as PNG: ") + header.message);
  }
  bytes.resize(size);
  return bytes;
}

void write_png(std::filesystem::path const& path, Image const& image) {
  auto const bytes = encode_png(image);
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) fail(path, error.message());
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) fail(path, std::strerror(errno));
}

}  // namespace sferic
