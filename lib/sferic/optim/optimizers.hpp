#pragma once

#include <sferic/registry/stateful.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace torch::optim {
class LRScheduler;
class Optimizer;
}  // namespace torch::optim

namespace sferic {

class Metrics;

/// What a scheduler counts.
enum class Interval {
  kEpoch,  ///< epochs whose batches are through
  kStep,   ///< batches of the epoch, of which only those are looked at that step the optimizer
};

/// When a scheduler is stepped.
struct ScheduleOptions {
  Interval interval = Interval::kEpoch;

  /// Step the scheduler each time that so many of the interval are through, >= 1.
  std::int64_t frequency = 1;

  /// The logged value that a scheduler with step(value) takes, as ReduceLROnPlateau; needed there,
  /// and refused elsewhere.
  std::string monitor = {};

  /// What if that value has not been logged: throw, or warn and go on.
  bool strict = true;

  /// How LearningRateMonitor calls the learning rate. Default: by the optimizer's type.
  std::string name = {};
};

namespace detail {
/// The count of steps, which is all the state that LibTorch's own schedulers have.
StateRef step_count_of(torch::optim::LRScheduler& scheduler);
}  // namespace detail

/// A scheduler as the loop sees it.
class Schedule {
 public:
  template <class Scheduler>
  Schedule(torch::optim::Optimizer& optimizer, std::shared_ptr<Scheduler> scheduler,
           ScheduleOptions options)
      : optimizer_(&optimizer), options_(std::move(options)), scheduler_(std::move(scheduler)) {
    constexpr bool kTakesValue = requires(Scheduler& each) { each.step(0.0); };
    static_assert(kTakesValue || requires(Scheduler& each) { each.step(); },
                  "sferic: a scheduler must have step(), or step(double) with the monitored value");
    if constexpr (kTakesValue) {
      step_ = [](void* each, double value) { static_cast<Scheduler*>(each)->step(value); };
    } else {
      step_ = [](void* each, double) { static_cast<Scheduler*>(each)->step(); };
    }
    takes_value_ = kTakesValue;
    auto& its_type = *static_cast<Scheduler*>(scheduler_.get());
    if constexpr (Stateful<Scheduler>) {
      state_ = detail::state_ref(its_type);
    } else if constexpr (std::is_base_of_v<torch::optim::LRScheduler, Scheduler>) {
      state_ = detail::step_count_of(its_type);
    }
    check();
    if constexpr (std::is_base_of_v<torch::optim::LRScheduler, Scheduler>)
      step_(scheduler_.get(), 0);
  }

  torch::optim::Optimizer& optimizer() const noexcept { return *optimizer_; }
  ScheduleOptions const& options() const noexcept { return options_; }

  /// Whether it is stepped by a logged value.
  bool takes_value() const noexcept { return takes_value_; }

  /// What checkpoints keep of it: of a scheduler with a serialize(), or of LibTorch's own. Nothing
  /// where it has neither: then it begins anew in a fit that goes on from a checkpoint.
  std::optional<detail::StateRef> const& state() const noexcept { return state_; }

  /// Steps it if it is its turn, now that `count` of its interval are through.
  void step(std::int64_t count, Metrics const& metrics) const;

 private:
  void check() const;

  torch::optim::Optimizer* optimizer_;
  ScheduleOptions options_;
  std::shared_ptr<void> scheduler_;
  void (*step_)(void* scheduler, double value) = nullptr;
  std::optional<detail::StateRef> state_ = {};
  bool takes_value_ = false;
};

/// Optimizers and the schedulers of their learning rates, as a module's configure_optimizers()
/// returns them where it is more than one optimizer:
///
///   sferic::Optimizers configure_optimizers() {
///     sferic::Optimizers optimizers;
///     auto& adam = optimizers.add(torch::optim::Adam(parameters(), 1e-3));
///     optimizers.schedule(adam, torch::optim::StepLR(adam, 30, 0.1));
///     return optimizers;
///   }
///
/// The trainer steps the schedulers, those that take a value after it has been logged. With several
/// optimizers the module optimizes by itself; see ManualStep.
class Optimizers {
 public:
  Optimizers() = default;

  /// Takes an optimizer over. It stays at one place in memory.
  template <class Optimizer>
  Optimizer& add(Optimizer optimizer) {
    static_assert(std::is_base_of_v<torch::optim::Optimizer, Optimizer>,
                  "sferic: Optimizers::add() takes an optimizer of torch::optim");
    return add(std::make_shared<Optimizer>(std::move(optimizer)));
  }

  /// Throws std::invalid_argument for a null pointer.
  template <class Optimizer>
  Optimizer& add(std::shared_ptr<Optimizer> optimizer) {
    Optimizer* const added = optimizer.get();
    add_pointer(std::move(optimizer));
    return *added;
  }

  /// Takes a scheduler over: any type with step(), or with step(double) for the monitored value.
  /// A torch::optim::LRScheduler is stepped once at once, as its constructor in Python does and the
  /// one in C++ does not; without that, StepLR would be late by one.
  /// Throws std::invalid_argument for an option out of its range, and if `optimizer` is none of
  /// these.
  template <class Scheduler>
  Scheduler& schedule(torch::optim::Optimizer& optimizer, Scheduler scheduler,
                      ScheduleOptions options = {}) {
    auto owned = std::make_shared<Scheduler>(std::move(scheduler));
    auto& added = *owned;
    check_known(optimizer);
    schedules_.emplace_back(optimizer, std::move(owned), std::move(options));
    return added;
  }

  std::size_t size() const noexcept { return optimizers_.size(); }

  /// Throws std::out_of_range.
  torch::optim::Optimizer& at(std::size_t index) const;

  std::vector<Schedule> const& schedules() const noexcept { return schedules_; }

  /// For the loop: steps the schedulers that count this interval, of which `count` are through:
  /// those that are stepped by a logged value, or the others.
  void step_schedulers(Interval interval, std::int64_t count, bool by_value,
                       Metrics const& metrics) const;

 private:
  void add_pointer(std::shared_ptr<torch::optim::Optimizer> optimizer);
  void check_known(torch::optim::Optimizer const& optimizer) const;

  std::vector<std::shared_ptr<torch::optim::Optimizer>> optimizers_;
  std::vector<Schedule> schedules_;
};

}  // namespace sferic
