#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace sferic::detail {

/// Throws the CheckpointError of an entry of a file; of the file if `entry` is empty.
[[noreturn]] void fail_to_read(std::filesystem::path const& path, std::string_view entry,
                               std::string_view reason);

/// The size of a file in bytes. Throws CheckpointError where there is none, and for pipes and
/// devices, which one would wait for.
[[nodiscard]] std::uint64_t input_file_size(std::filesystem::path const& path);

}  // namespace sferic::detail
