#pragma once

#include <sferic/bus/bus.hpp>
#include <sferic/events/catalogue.hpp>
#include <sferic/events/control.hpp>
#include <sferic/optim/optimizers.hpp>
#include <sferic/registry/registry.hpp>
#include <sferic/trainer/detail/grad_scaler.hpp>
#include <sferic/trainer/detail/module_ref.hpp>
#include <sferic/trainer/step.hpp>
#include <sferic/trainer/trainer_options.hpp>

#include <torch/types.h>

#include <utility>

namespace sferic::detail {

class CheckpointSaver;
struct FitPosition;
struct FitRun;

/// What the loops share while one task runs.
struct LoopContext {
  TrainerOptions const& options;
  EmittingBus<event::Catalogue>& bus;
  Registry const& registry;
  Progress& progress;
  Control& control;
  Metrics& metrics;
  Optimizers& optimizers;
  FitPosition& position;  ///< of the present or last fit, as is
  FitRun& run;
  CheckpointSaver& saver;
  GradScaler* scaler;  ///< with Precision::kFloat16Mixed
  Ranks* ranks;        ///< null with one process
  ModuleRef module;
  torch::Device device;

  event::Moment moment() const { return {{progress, control, metrics}, *module.module}; }
  Step step() const { return {progress, control, metrics}; }

  template <class Event, class... Fields>
  void emit(Fields&&... fields) const {
    bus.emit(Event{moment(), std::forward<Fields>(fields)...});
  }

  /// Tells loggers what was logged since this was called last, as values of an optimizer step.
  void tell_logged(std::int64_t step) const;

  /// The same of pictures, histograms and texts only.
  void tell_media(std::int64_t step) const;

 private:
  /// Nothing of it is to be kept.
  bool is_trial() const;
};

}  // namespace sferic::detail
