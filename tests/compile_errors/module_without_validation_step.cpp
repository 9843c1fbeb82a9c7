// expect-error: sferic: the module has no validation_step(batch) or validation_step(batch, Step&)
#include <sferic/trainer/trainer.hpp>

#include <vector>

#include "fake_torch.hpp"

struct Net : torch::nn::Module {
  at::Tensor training_step(int) { return {}; }
  torch::optim::Optimizer configure_optimizers() { return {}; }
};

void train(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  trainer.fit(net, loader, loader);
}
