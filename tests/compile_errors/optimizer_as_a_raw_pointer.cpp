// expect-error: sferic: configure_optimizers() must return a torch optimizer, a unique_ptr or
#include <sferic/trainer/trainer.hpp>

#include <vector>

#include "fake_torch.hpp"

struct Net : torch::nn::Module {
  at::Tensor training_step(int) { return {}; }
  torch::optim::Optimizer* configure_optimizers() { return &optimizer; }
  torch::optim::Optimizer optimizer;
};

void train(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  trainer.fit(net, loader);
}
