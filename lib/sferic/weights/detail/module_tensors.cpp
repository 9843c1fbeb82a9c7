#include <sferic/weights/detail/module_tensors.hpp>

#include <torch/nn/module.h>

namespace sferic::detail {

std::vector<std::pair<std::string, at::Tensor>> module_tensors(torch::nn::Module const& module) {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  for (auto const& parameter : module.named_parameters()) {
    tensors.emplace_back(parameter.key(), parameter.value());
  }
  for (auto const& buffer : module.named_buffers()) {
    tensors.emplace_back(buffer.key(), buffer.value());
  }
  return tensors;
}

}  // namespace sferic::detail
