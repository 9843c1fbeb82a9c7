#include <sferic/sferic.hpp>

#include <torch/torch.h>

#include <cstdio>
#include <dlfcn.h>

struct Net : torch::nn::Module {
  torch::nn::Linear line = register_module("line", torch::nn::Linear(2, 1));
  torch::Tensor training_step(torch::data::Example<> const& batch) {
    return torch::mse_loss(line(batch.data), batch.target);
  }
  auto configure_optimizers() { return torch::optim::SGD(parameters(), 0.1); }
};

int main() {
  auto x = torch::rand({64, 2}), y = x.sum(1, /*keepdim=*/true);
  Net net;
  sferic::Trainer({.max_epochs = 1}).fit(net, sferic::TensorLoader(x, y));

  Dl_info library = {};
  dladdr(reinterpret_cast<void const*>(&at::get_num_threads), &library);
  std::printf("trained by %s\n", library.dli_fname);
}
