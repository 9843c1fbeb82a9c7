#pragma once

#include <filesystem>
#include <vector>

/// What ModelCheckpoint does with files, beside writing them.
namespace sferic::detail {

/// The absolute path without links, as far as the folder exists.
std::filesystem::path real_folder(std::filesystem::path const& folder);

/// Whether there is a file, or a link to whatever.
bool is_there(std::filesystem::path const& path);

bool has_files(std::filesystem::path const& folder);

/// The files of a folder that are called "last.ckpt", "last-v1.ckpt", ....
std::vector<std::filesystem::path> last_files(std::filesystem::path const& folder);

/// Whether `path` is in `folder`, or deeper.
bool is_within(std::filesystem::path const& path, std::filesystem::path const& folder);

/// Makes `link` a relative link to `target`, or a copy of it where there can't be links; takes the
/// place of what is there at once. Throws std::filesystem::filesystem_error.
void link_to(std::filesystem::path const& target, std::filesystem::path const& link);

}  // namespace sferic::detail
