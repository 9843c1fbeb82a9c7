// expect-error: sferic: on() of a module must take its event by reference to const:
#include <sferic/trainer/trainer.hpp>

#include <vector>

#include "fake_torch.hpp"

struct Net : torch::nn::Module {
  at::Tensor training_step(int) { return {}; }
  torch::optim::Optimizer configure_optimizers() { return {}; }
  void on(sferic::event::TrainBatchEnd&) {}
};

void train(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  trainer.fit(net, loader);
}
