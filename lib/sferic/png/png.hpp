#pragma once

#include <sferic/events/logged.hpp>

#include <filesystem>
#include <string>

namespace sferic {

/// The image as a PNG file's bytes. Throws std::invalid_argument if it has no pixels, other than 1
/// to 4 channels, or other than width * height * channels bytes.
std::string encode_png(Image const& image);

/// Writes a PNG file, in folders that are made where there are none. Throws std::runtime_error with
/// the path and the reason if that cannot be done, and as encode_png.
void write_png(std::filesystem::path const& path, Image const& image);

}  // namespace sferic
