#pragma once

#include <sferic/optim/optimizers.hpp>
#include <sferic/trainer/detail/module_listener.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace sferic::detail {

/// The user's module as the loops see it, which are compiled once for all modules.
struct ModuleRef {
  torch::nn::Module* module = nullptr;
  void* object = nullptr;  ///< the same, as the user's type
  Optimizers (*configure_optimizers)(void* object) = nullptr;
  Subscription (*listen)(void* object, TrainingBus& bus) = nullptr;
};

/// Takes what configure_optimizers() returns: an optimizer, a unique or shared pointer to one, or
/// Optimizers.
template <class Module>
Optimizers configure_optimizers(void* object) {
  auto& module = *static_cast<Module*>(object);
  using Result = decltype(module.configure_optimizers());
  if constexpr (std::is_same_v<Result, Optimizers>) {
    return module.configure_optimizers();
  } else {
    Optimizers optimizers;
    if constexpr (std::is_constructible_v<std::shared_ptr<torch::optim::Optimizer>, Result> &&
                  !std::is_pointer_v<Result>) {
      std::shared_ptr<torch::optim::Optimizer> pointer(module.configure_optimizers());
      if (pointer) optimizers.add(std::move(pointer));  // else there is none, which is refused
    } else {
      static_assert(std::is_base_of_v<torch::optim::Optimizer, Result>,
                    "sferic: configure_optimizers() must return a torch optimizer, a unique_ptr or "
                    "shared_ptr to one, or sferic::Optimizers");
      optimizers.add(std::shared_ptr<Result>(new Result(module.configure_optimizers())));
    }
    return optimizers;
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
  ModuleRef ref{&module, &module, nullptr, &listen<Module>};
  if constexpr (requires { module.configure_optimizers(); }) {
    ref.configure_optimizers = &configure_optimizers<Module>;
  }
  return ref;
}

}  // namespace sferic::detail
