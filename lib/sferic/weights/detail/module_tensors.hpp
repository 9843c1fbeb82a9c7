#pragma once

#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

namespace torch::nn {
class Module;
}

namespace sferic::detail {

/// A module's parameters, then its buffers, by their dotted names.
[[nodiscard]] std::vector<std::pair<std::string, at::Tensor>> module_tensors(
    torch::nn::Module const& module);

}  // namespace sferic::detail
