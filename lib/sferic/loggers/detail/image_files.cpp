#include <sferic/loggers/detail/image_files.hpp>

#include <sferic/loggers/log_error.hpp>
#include <sferic/png/png.hpp>

#include <cctype>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

namespace sferic::detail {

namespace fs = std::filesystem;

namespace {

constexpr char const* kImages = "images";

/// A name as a path: "val/the net" stays what it is, "../x" leads nowhere else.
std::string path_of(std::string const& name) {
  std::string path;
  for (auto const& part : fs::path(name).relative_path()) {
    auto text = part.string();
    for (auto& letter : text) {
      if (static_cast<unsigned char>(letter) < ' ') letter = '_';
    }
    if (text == "." || text == ".." || text.empty()) text = "_";
    (path += path.empty() ? "" : "/") += text;
  }
  return path.empty() ? "_" : path;
}

std::string numbered(std::int64_t step, int number) {
  return std::to_string(step) + (number > 0 ? "-" + std::to_string(number) : "") + ".png";
}

std::int64_t step_of(fs::path const& file) {
  auto const name = file.filename().string();
  std::int64_t step = -1;
  std::from_chars(name.data(), name.data() + name.size(), step);
  return step;
}

}  // namespace

ImageFiles::ImageFiles(fs::path folder) : folder_(std::move(folder)) {}

std::string ImageFiles::save(std::string const& name, std::int64_t step, Image const& image) const {
  auto const png = encode_png(image);
  auto const relative = fs::path(kImages) / path_of(name);
  std::error_code error;
  fs::create_directories(folder_ / relative, error);
  int number = 0;
  while (fs::exists(folder_ / relative / numbered(step, number), error)) ++number;
  auto const path = relative / numbered(step, number);
  std::ofstream file(folder_ / path, std::ios::binary);
  file.write(png.data(), static_cast<std::streamsize>(png.size()));
  file.close();
  if (file) return path.generic_string();
  auto const reason = std::generic_category().message(errno);
  fs::remove(folder_ / path, error);
  throw LogError("cannot write pictures to `" + (folder_ / relative).string() + "`: " + reason);
}

void ImageFiles::remove_from(std::int64_t step) const {
  std::error_code error;
  std::vector<fs::path> later;
  for (fs::recursive_directory_iterator it(folder_ / kImages, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".png" && step_of(it->path()) >= step) later.push_back(*it);
  }
  for (auto const& path : later) fs::remove(path, error);
}

}  // namespace sferic::detail
