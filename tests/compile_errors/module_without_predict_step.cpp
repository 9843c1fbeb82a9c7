// expect-error: sferic: the module has no predict_step(batch) or predict_step(batch, Step&)
#include <sferic/trainer/trainer.hpp>

#include <vector>

#include "fake_torch.hpp"

struct Net : torch::nn::Module {};

void test(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  trainer.predict(net, loader);
}
