// expect-error: sferic: the module has no training_step(batch) or training_step(batch, Step&) for
#include <sferic/trainer/trainer.hpp>

#include <vector>

#include "fake_torch.hpp"

struct Net : torch::nn::Module {
  torch::optim::Optimizer configure_optimizers() { return {}; }
};

void train(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  trainer.fit(net, loader);
}
