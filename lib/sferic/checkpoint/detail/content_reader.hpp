#pragma once

#include <sferic/checkpoint/detail/content.hpp>

#include <filesystem>

namespace sferic::detail {

/// The version of what write_content() writes. A file of a newer one is refused.
constexpr std::int64_t kFormat = 1;

/// Reads what write_content() wrote, after comparing the checksum of every entry. Throws
/// CheckpointError, naming the file, the entry and the reason.
CheckpointContent read_content(std::filesystem::path const& path);

}  // namespace sferic::detail
