#pragma once

#include <sferic/events/moment.hpp>
#include <sferic/trainer/step.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

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

struct PredictStep {
  template <class... Arguments>
  auto operator()(auto& module, Arguments&... arguments) const
      -> decltype(module.predict_step(arguments...)) {
    return module.predict_step(arguments...);
  }
};

/// The module's training step takes a ManualStep: it optimizes by itself.
template <class Module, class Which, class Batch>
concept HasManualStep =
    std::same_as<Which, TrainingStep> && std::invocable<Which, Module&, Batch&, ManualStep&> &&
    !std::invocable<Which, Module&, Batch&, Step&>;

/// The module has this step, for a batch, or for a batch and a Step.
template <class Module, class Which, class Batch>
concept HasStep =
    std::invocable<Which, Module&, Batch&> || std::invocable<Which, Module&, Batch&, Step&> ||
    HasManualStep<Module, Which, Batch>;

/// A step as the loops call it: the training step with a ManualStep. Its result is undefined where
/// the user's step returns nothing.
using StepFunction = at::Tensor (*)(void* module, void* batch, Step& step);

// at::Tensor is a template parameter below, so that it has to be complete only where a step is
// used.

template <class Tensor, class Result>
Tensor as_tensor(Result&& result) {
  if constexpr (std::is_convertible_v<Result, Tensor>) {
    return std::forward<Result>(result);
  } else {
    static_assert(requires { Tensor(*result); },
                  "sferic: a step must return a tensor, an optional tensor, or nothing");
    return result ? Tensor(*std::forward<Result>(result)) : Tensor();
  }
}

template <class Tensor, class Which, class... Arguments>
Tensor tensor_from(Which which, Arguments&... arguments) {
  if constexpr (std::is_void_v<decltype(which(arguments...))>) {
    which(arguments...);
    return Tensor();
  } else {
    return as_tensor<Tensor>(which(arguments...));
  }
}

template <class Module, class Which, class Batch, class Tensor = at::Tensor>
Tensor call_step(void* object, void* batch_object, Step& step) {
  auto& module = *static_cast<Module*>(object);
  auto& batch = *static_cast<Batch*>(batch_object);
  if constexpr (HasManualStep<Module, Which, Batch>) {
    return tensor_from<Tensor>(Which(), module, batch, static_cast<ManualStep&>(step));
  } else if constexpr (std::invocable<Which, Module&, Batch&, Step&>) {
    return tensor_from<Tensor>(Which(), module, batch, step);
  } else {
    return tensor_from<Tensor>(Which(), module, batch);
  }
}

}  // namespace sferic::detail
