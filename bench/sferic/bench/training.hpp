#pragma once

#include <sferic/bench/detail/idle.hpp>
#include <sferic/bench/detail/measured_batches.hpp>
#include <sferic/signal/detail/type_name.hpp>
#include <sferic/trainer/trainer.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace sferic::bench {

/// What a callback is measured in; training() makes one. A default one is that of a 64-64-10
/// perceptron with batches of 32 samples, SGD, and two validation batches an epoch.
struct Training {
  /// An epoch in which the stretch is measured, and the same with steps that do nothing but log
  /// these metrics in the first batch.
  std::function<void(Trainer&, detail::Stretch&)> epoch;
  std::function<void(Trainer&, detail::Stretch&, std::vector<std::string> const& metrics)> idle;

  /// A fit with validation; then what the module has steps for: a test, a prediction. Loads the
  /// checkpoint of this name in between if it was saved.
  std::function<void(Trainer&, std::filesystem::path const& checkpoint)> whole;

  /// The type of the module, whose own handlers are not the callback's.
  std::string module;
};

namespace detail {

template <class Module, class Batch>
struct TrainingOf {
  using Loader = std::vector<Batch>;
  template <class Step>
  static constexpr bool kHas = sferic::detail::kHasStepFor<Module, Step, Loader>;

  std::function<Module()> make_module;
  Loader train;
  Loader validation;

  void epoch(Trainer& trainer, Stretch& stretch) {
    Module module = make_module();
    fit(trainer, module, MeasuredBatches<Batch>(train, stretch), validation);
  }

  void idle(Trainer& trainer, Stretch& stretch, std::vector<std::string> const& metrics) {
    Idle<Module> module(make_module(), metrics);
    fit(trainer, module, MeasuredBatches<Batch>(train, stretch), Loader{train.front()});
  }

  void whole(Trainer& trainer, std::filesystem::path const& checkpoint) {
    Module module = make_module();
    fit(trainer, module, train, validation);
    if (std::filesystem::exists(checkpoint)) trainer.load_checkpoint(module, checkpoint);
    if constexpr (kHas<sferic::detail::TestStep>) trainer.test(module, train);
    if constexpr (kHas<sferic::detail::PredictStep>) trainer.predict(module, train);
  }

  template <class Any, class Batches>
  static void fit(Trainer& trainer, Any& module, Batches&& batches, Loader const& validation) {
    if constexpr (sferic::detail::kHasStepFor<Any, sferic::detail::ValidationStep, Loader>) {
      if (!validation.empty()) return trainer.fit(module, batches, validation);
    }
    trainer.fit(module, batches);
  }
};

}  // namespace detail

/// A module of your own to measure callbacks in, and the batches for it, which are repeated as
/// often as it takes. `make_module()` returns a new module by value. In the step that does nothing,
/// the module is of a type derived from yours. Throws std::invalid_argument if `train` is empty.
///
///   sferic::bench::training([] { return Net(); }, train_batches, validation_batches)
template <class MakeModule, class Batch>
Training training(MakeModule make_module, std::vector<Batch> train,
                  std::vector<Batch> validation = {}) {
  using Module = std::remove_cvref_t<decltype(make_module())>;
  if (train.empty()) throw std::invalid_argument("sferic: training() needs a batch to train");
  using Of = detail::TrainingOf<Module, Batch>;
  auto const of =
      std::make_shared<Of>(Of{std::move(make_module), std::move(train), std::move(validation)});
  Training training;
  training.epoch = [of](auto& trainer, auto& stretch) { of->epoch(trainer, stretch); };
  training.idle = [of](auto& trainer, auto& stretch, auto const& metrics) {
    of->idle(trainer, stretch, metrics);
  };
  training.whole = [of](auto& trainer, auto const& checkpoint) { of->whole(trainer, checkpoint); };
  training.module = sferic::detail::type_name(typeid(Module));
  return training;
}

}  // namespace sferic::bench
