// expect-error: sferic: Optimizers::add() takes an optimizer of torch::optim
#include <sferic/optim/optimizers.hpp>

#include "fake_torch.hpp"

void add(sferic::Optimizers& optimizers) { optimizers.add(42); }
