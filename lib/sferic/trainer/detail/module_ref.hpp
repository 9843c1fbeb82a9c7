#pragma once

#include <sferic/events/moment.hpp>

#include <memory>
#include <type_traits>
#include <vector>

namespace sferic::detail {

using OptimizerList = std::vector<std::shared_ptr<torch::optim::Optimizer>>;

/// The user's module as the loops see it, which are compiled once for all modules.
struct ModuleRef {
  torch::nn::Module* module = nullptr;
  void* object = nullptr;  ///< the same, as the user's type
  OptimizerList (*configure_optimizers)(void* object) = nullptr;
};

/// Takes what configure_optimizers() returns: an optimizer, or a unique or shared pointer to one.
template <class Module>
OptimizerList configure_optimizers(void* object) {
  auto& module = *static_cast<Module*>(object);
  using Result = decltype(module.configure_optimizers());
  if constexpr (std::is_constructible_v<std::shared_ptr<torch::optim::Optimizer>, Result> &&
                !std::is_pointer_v<Result>) {
    return {std::shared_ptr<torch::optim::Optimizer>(module.configure_optimizers())};
  } else {
    static_assert(
        std::is_base_of_v<torch::optim::Optimizer, Result>,
        "sferic: configure_optimizers() must return a torch optimizer, or a unique_ptr or "
        "shared_ptr to one");
    return {std::shared_ptr<Result>(new Result(module.configure_optimizers()))};
  }
}

/// The module behind a reference, one of torch's module holders, or a pointer.
template <class Given>
auto& unwrap_module(Given& given) {
  if constexpr (requires { *given; }) {
    return *given;
  } else {
    return given;
  }
}

template <class Module>
ModuleRef ref_to(Module& module) {
  static_assert(std::is_base_of_v<torch::nn::Module, Module>,
                "sferic: the module must be derived from torch::nn::Module");
  ModuleRef ref{&module, &module, nullptr};
  if constexpr (requires { module.configure_optimizers(); }) {
    ref.configure_optimizers = &configure_optimizers<Module>;
  }
  return ref;
}

}  // namespace sferic::detail
