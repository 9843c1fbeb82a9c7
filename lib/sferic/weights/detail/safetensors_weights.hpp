#pragma once

#include <sferic/weights/detail/weights_file.hpp>

namespace sferic::detail {

/// The weights in a file of safetensors.
[[nodiscard]] FileWeights safetensors_weights(std::filesystem::path const& path);

}  // namespace sferic::detail
