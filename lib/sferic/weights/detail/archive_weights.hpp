#pragma once

#include <sferic/weights/detail/weights_file.hpp>

namespace sferic::detail {

/// The weights in a zip archive of LibTorch's, PyTorch's or sferic's.
[[nodiscard]] FileWeights archive_weights(std::filesystem::path const& path);

}  // namespace sferic::detail
