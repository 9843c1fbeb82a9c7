#include <sferic/callbacks/detail/aside.hpp>

#include <sferic/checkpoint/detail/random_state.hpp>

#include <torch/nn/module.h>

namespace sferic::detail {

namespace {

at::TensorOptions options_of(torch::nn::Module const& module) {
  for (auto const& parameter : module.parameters()) {
    if (parameter.is_floating_point()) {
      return at::TensorOptions(parameter.device()).dtype(parameter.scalar_type());
    }
  }
  return at::TensorOptions(at::kCPU).dtype(at::kFloat);
}

}  // namespace

Aside::Aside(torch::nn::Module& module)
    : options_(options_of(module)),
      random_(std::make_unique<RandomState const>(random_state(options_.device()))) {
  module.apply([this](torch::nn::Module& each) { modes_.emplace_back(&each, each.is_training()); });
  module.eval();
}

Aside::~Aside() {
  // Parents come before their children: train() sets the children's modes, too.
  for (auto const& [module, training] : modes_) module->train(training);
  set_random_state(*random_, options_.device());
}

}  // namespace sferic::detail
