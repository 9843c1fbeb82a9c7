#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sferic::detail {

/// What a file holds under the name of a weight.
struct FileWeight {
  std::string kind;  ///< for messages: "a tensor"
  std::vector<std::int64_t> sizes;

  /// Reads the tensor; empty for something else. Throws CheckpointError.
  std::function<at::Tensor()> read;
};

using FileWeights = std::map<std::string, FileWeight>;

/// The weights of a file of any of the kinds that load_weights() knows, by their dotted names; they
/// are read when they are asked for. Throws CheckpointError.
[[nodiscard]] FileWeights open_weights(std::filesystem::path const& path);

}  // namespace sferic::detail
