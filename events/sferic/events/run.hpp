#pragma once

#include <sferic/events/fit_plan.hpp>
#include <sferic/events/moment.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sferic::event {

/// A trainer is being constructed; the callbacks given to its constructor are connected.
struct InitStart : TrainerMoment {
  static constexpr std::string_view kName = "init_start";
};

/// The trainer is ready.
struct InitEnd : TrainerMoment {
  static constexpr std::string_view kName = "init_end";
};

/// A task begins; `progress.task` says which. Nothing has been moved to the device yet.
struct Setup : Moment {
  static constexpr std::string_view kName = "setup";
};

/// The last moment at which the module is where it was: it is about to be moved to the device.
struct BeforeAcceleratorBackendSetup : Moment {
  static constexpr std::string_view kName = "before_accelerator_backend_setup";
};

/// A task has ended, well or not. Always the last event of a task.
struct Teardown : Moment {
  static constexpr std::string_view kName = "teardown";
};

/// The module is on its device and the optimizers exist.
struct FitStart : Moment {
  static constexpr std::string_view kName = "fit_start";
  Optimizers& optimizers;

  /// How many epochs the fit has, if limited; may be changed, as by who needs one of its own at the
  /// end. A fit that goes on from a checkpoint is asked anew.
  std::optional<std::int64_t>& max_epochs;

  FitPlan plan = {};
};

/// The fit is about to be prepared, before the sanity check. (Lightning up to 1.7.)
struct PretrainRoutineStart : Moment {
  static constexpr std::string_view kName = "pretrain_routine_start";
};

/// Everything that the training goes on from is in its place.
struct PretrainRoutineEnd : Moment {
  static constexpr std::string_view kName = "pretrain_routine_end";
};

/// The training is over; the module still is on its device.
struct FitEnd : Moment {
  static constexpr std::string_view kName = "fit_end";
};

/// A few validation batches are about to run, to find errors before the first epoch.
/// `progress.stage` is kSanityCheck until SanityCheckEnd, in the validation events too.
struct SanityCheckStart : Moment {
  static constexpr std::string_view kName = "sanity_check_start";
};

/// The trial run of the validation is over; the values that it logged are forgotten.
struct SanityCheckEnd : Moment {
  static constexpr std::string_view kName = "sanity_check_end";
};

}  // namespace sferic::event
