#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <sferic/events/moment.hpp>
#include <sferic/trainer/step.hpp>

namespace sferic::detail {

struct TrainingStep {
  template <class... Arguments>
  auto operator()(auto& module, Arguments&... arguments) const
      -> decltype(module.training_step(arguments...)) {
    return module.training_step(arguments...);
  }
};

struct ValidationStep {
  template <class... Arguments>
  auto operator()(auto& module, Arguments&... arguments) const
      -> decltype(module.validation_step(arguments...)) {
    return module.validation_step(arguments...);
  }
};

struct TestStep {
  template <class... Arguments>
  auto operator()(auto& module, Arguments&... arguments) const
      -> decltype(module.test_step(arguments...)) {
    return module.test_step(arguments...);
  }
};

/// The module has this step, for a batch, or for a batch and a Step.
template <class Module, class Which, class Batch>
concept HasStep = std::invocable<Which, Module&, Batch&> ||
                  std::invocable<Which, Module&, Batch&, Step&>;

/// A step as the loops call it. Its result is undefined where the user's step returns nothing.
using StepFunction = at::Tensor (*)(void* module, void* batch, Step& step);

template <class Result>
at::Tensor as_tensor(Result&& result) {
  if constexpr (std::is_convertible_v<Result, at::Tensor>) {
    return std::forward<Result>(result);
  } else {
    static_assert(requires { at::Tensor(*result); },
                  "sferic: a step must return a tensor, an optional tensor, or nothing");
    return result ? at::Tensor(*std::forward<Result>(result)) : at::Tensor();
  }
}

template <class Which, class... Arguments>
at::Tensor tensor_from(Which which, Arguments&... arguments) {
  if constexpr (std::is_void_v<decltype(which(arguments...))>) {
    which(arguments...);
    return at::Tensor();
  } else {
    return as_tensor(which(arguments...));
  }
}

template <class Module, class Which, class Batch>
at::Tensor call_step(void* object, void* batch_object, Step& step) {
  auto& module = *static_cast<Module*>(object);
  auto& batch = *static_cast<Batch*>(batch_object);
  if constexpr (std::invocable<Which, Module&, Batch&, Step&>) {
    return tensor_from(Which(), module, batch, step);
  } else {
    return tensor_from(Which(), module, batch);
  }
}

}  // namespace sferic::detail
