#include <sferic/callbacks/detail/checkpoint_files.hpp>

#include <string>
#include <system_error>

namespace sferic::detail {

namespace fs = std::filesystem;

fs::path real_folder(fs::path const& folder) {
  auto real = fs::weakly_canonical(fs::absolute(folder));
  return real.has_filename() ? real : real.parent_path();  // "folder/"
}

bool is_there(fs::path const& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

bool has_files(fs::path const& folder) {
  std::error_code error;
  return fs::directory_iterator(folder, error) != fs::directory_iterator();
}

std::vector<fs::path> last_files(fs::path const& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (auto const& entry : fs::directory_iterator(folder, error)) {
    auto const stem = entry.path().stem().string();
    if (entry.path().extension() == ".ckpt" && (stem == "last" || stem.starts_with("last-v"))) {
      found.push_back(entry.path());
    }
  }
  return found;
}

bool is_within(fs::path const& path, fs::path const& folder) {
  auto const relative = path.lexically_normal().lexically_relative(folder);
  return !relative.empty() && relative != "." && *relative.begin() != "..";
}

void link_to(fs::path const& target, fs::path const& link) {
  auto const temporary = fs::path(link.string() + ".tmp");
  std::error_code error;
  fs::remove(temporary, error);
  fs::create_symlink(target.lexically_relative(link.parent_path()), temporary, error);
  if (error) fs::copy_file(target, temporary, fs::copy_options::overwrite_existing);
  fs::rename(temporary, link);
}

}  // namespace sferic::detail
