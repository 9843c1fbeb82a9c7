// expect-error: sferic: the module has no configure_optimizers()
#include <vector>

#include "fake_torch.hpp"
#include <sferic/trainer/trainer.hpp>

struct Net : torch::nn::Module {
  at::Tensor training_step(int) { return {}; }
};

void train(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  trainer.fit(net, loader);
}
