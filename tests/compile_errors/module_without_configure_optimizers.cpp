// expect-error: sferic: the module has no configure_optimizers()
#include <sferic/trainer/trainer.hpp>

#include <vector>

#include "fake_torch.hpp"

struct Net : torch::nn::Module {
  at::Tensor training_step(int) { return {}; }
};

void train(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  trainer.fit(net, loader);
}
