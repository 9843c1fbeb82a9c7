// expect-error: sferic: the module must be derived from torch::nn::Module
#include <sferic/trainer/trainer.hpp>

#include <vector>

#include "fake_torch.hpp"

struct Net {
  at::Tensor training_step(int) { return {}; }
  torch::optim::Optimizer configure_optimizers() { return {}; }
};

void train(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  trainer.fit(net, loader);
}
