// A training of LibTorch alone, for loaded_libraries.cmake.

#include <torch/torch.h>

#include "architecture/loaded_libraries.hpp"

int main() {
  torch::nn::Linear line(2, 1);
  torch::optim::SGD optimizer(line->parameters(), 0.1);
  for (int i = 0; i < 2; ++i) {
    optimizer.zero_grad();
    line(torch::ones({4, 2})).sum().backward();
    optimizer.step();
  }
  sferic::test::print_loaded_libraries();
}
