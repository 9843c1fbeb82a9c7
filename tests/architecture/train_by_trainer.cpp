// The training of train_by_hand.cpp by the trainer, for loaded_libraries.cmake.

#include <sferic/trainer/trainer.hpp>

#include <torch/torch.h>

#include <vector>

#include "architecture/loaded_libraries.hpp"
#ifdef SFERIC_WITH_DISTRIBUTED
#include <sferic/distributed/distributed.hpp>
#endif

namespace {

struct Line : torch::nn::Module {
  torch::Tensor training_step(torch::Tensor const& batch) { return line(batch).sum(); }
  auto configure_optimizers() { return torch::optim::SGD(parameters(), 0.1); }
  torch::nn::Linear line = register_module("line", torch::nn::Linear(2, 1));
};

}  // namespace

int main() {
  Line line;
  std::vector<torch::Tensor> batches(2, torch::ones({4, 2}));
  sferic::TrainerOptions options{.max_epochs = 1};
#ifdef SFERIC_WITH_DISTRIBUTED
  options.ranks = sferic::distributed();
#endif
  sferic::Trainer(options).fit(line, batches);
  sferic::test::print_loaded_libraries();
}
