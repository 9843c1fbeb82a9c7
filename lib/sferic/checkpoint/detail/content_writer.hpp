#pragma once

#include <sferic/checkpoint/detail/content.hpp>

#include <filesystem>

namespace sferic::detail {

/// Writes a checkpoint to a file of LibTorch's archive, which torch.jit.load of Python reads:
/// `module` has the weights by their names, and `sferic` has four dictionaries of the other values
/// by their paths: `tensors`, `counts`, `numbers`, and `bytes`. Throws CheckpointError; an older
/// file is then what it was.
void write_content(CheckpointContent const& content, std::filesystem::path const& path);

}  // namespace sferic::detail
