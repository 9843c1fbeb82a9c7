// expect-error: sferic: a loader must be a range of batches, or a function that returns an optional
#include <sferic/trainer/trainer.hpp>

#include "fake_torch.hpp"

struct Net : torch::nn::Module {
  at::Tensor training_step(int) { return {}; }
  torch::optim::Optimizer configure_optimizers() { return {}; }
};

struct Loader {};

void train(sferic::Trainer& trainer, Net& net, Loader& loader) { trainer.fit(net, loader); }
