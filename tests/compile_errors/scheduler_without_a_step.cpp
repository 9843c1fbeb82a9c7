// expect-error: sferic: a scheduler must have step(), or step(double) with the monitored value
#include <sferic/optim/optimizers.hpp>

#include "fake_torch.hpp"

struct Scheduler {};

void add(sferic::Optimizers& optimizers, torch::optim::Optimizer& optimizer) {
  optimizers.schedule(optimizer, Scheduler());
}
