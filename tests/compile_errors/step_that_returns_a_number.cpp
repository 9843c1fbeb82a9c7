// expect-error: sferic: a step must return a tensor, an optional tensor, or nothing
#include <sferic/trainer/trainer.hpp>

#include <vector>

#include "fake_torch.hpp"

struct Net : torch::nn::Module {
  double training_step(int) { return 0; }
  torch::optim::Optimizer configure_optimizers() { return {}; }
};

void train(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  trainer.fit(net, loader);
}
