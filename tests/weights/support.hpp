#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <filesystem>
#include <string>

namespace sferic::test {

/// The network whose weights the golden files hold.
inline torch::nn::Sequential network() {
  return torch::nn::Sequential(torch::nn::Linear(3, 2), torch::nn::BatchNorm1d(2));
}

/// A file that golden/make.py wrote.
inline std::filesystem::path golden(std::string const& name) {
  return std::filesystem::path(SFERIC_GOLDEN_FOLDER) / name;
}

/// The values that golden/make.py gave to this tensor of the network.
inline at::Tensor golden_values(int number, at::IntArrayRef sizes) {
  auto const count = torch::empty(sizes).numel();
  return torch::arange(10 * number, 10 * number + count).view(sizes);
}

inline void expect_golden_values(torch::nn::Module const& module) {
  int number = 0;
  for (auto const& tensors : {module.parameters(), module.buffers()}) {
    for (auto const& tensor : tensors) {
      auto const expected = golden_values(number++, tensor.sizes()).to(tensor.scalar_type());
      EXPECT_TRUE(at::equal(tensor, expected)) << tensor << expected;
    }
  }
  EXPECT_EQ(number, 7);
}

}  // namespace sferic::test
