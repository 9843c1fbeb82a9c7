// expect-error: sferic: the module has no test_step(batch) or test_step(batch, Step&)
#include <sferic/trainer/trainer.hpp>

#include <vector>

#include "fake_torch.hpp"

struct Net : torch::nn::Module {};

void test(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  trainer.test(net, loader);
}
