#include <sferic/callbacks/detail/aside.hpp>

#include <sferic/checkpoint/detail/random_state.hpp>

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
    : modes_(module),
      options_(options_of(module)),
      random_(std::make_unique<RandomState const>(random_state(options_.device()))) {
  module.eval();
}

Aside::~Aside() { set_random_state(*random_, options_.device()); }

}  // namespace sferic::detail
