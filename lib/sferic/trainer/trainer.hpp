#pragma once

#include <sferic/checkpoint/load_report.hpp>
#include <sferic/events/save_options.hpp>
#include <sferic/metrics/metrics.hpp>
#include <sferic/registry/named.hpp>
#include <sferic/registry/registry.hpp>
#include <sferic/signal/call_site.hpp>
#include <sferic/trainer/detail/input.hpp>
#include <sferic/trainer/detail/module_ref.hpp>
#include <sferic/trainer/fit_options.hpp>
#include <sferic/trainer/predict_options.hpp>
#include <sferic/trainer/trainer_options.hpp>
#include <sferic/training_bus/training_bus.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace sferic {

/// Trains a module and tells everybody who listens what happens; see event::Catalogue for the loop.
///
///   sferic::Trainer trainer({.max_epochs = 10});
///   trainer.add(sferic::ProgressBar());
///   trainer.on<sferic::event::ValidationEnd>([](auto const& e) { ... });
///   trainer.fit(module, train_loader, validation_loader);
///
/// The module is a torch::nn::Module of the user's with
///   - training_step(batch) or training_step(batch, sferic::Step&), which returns the loss (or
///     nothing, to do no backward pass);
///   - configure_optimizers(), which returns a torch optimizer, or Optimizers with schedulers;
///   - validation_step, test_step and predict_step, of the same form, where they are needed. They
///     run in evaluation mode and without gradients.
/// Its on(event::X const&) overloads, if it has any, are called as a callback's, after the
/// callbacks (at the end of a training epoch before those of Order::kLast). A training_step that
/// takes a ManualStep optimizes by itself. The module may be given by reference, as one of torch's
/// module holders, or by pointer.
///
/// A loader is any range of batches (a container, a view, a TensorLoader), what
/// torch::data::make_data_loader returns, or a function that returns an optional batch, empty at
/// the end of each pass (after a pass that a limit or the sanity check cut short, the next one goes
/// on from there); several loaders to evaluate are given as a std::tuple (std::tie).
/// The type of the batches is the loader's; tensors in them are moved to the trainer's device. A
/// range with a member set_epoch(std::int64_t) is told the epoch before each pass.
///
/// Of several processes (see TrainerOptions::ranks) each takes a share of the data: a range with a
/// member set_shard(rank, world_size, even), as TensorLoader has, is told which before each pass;
/// other loaders have to give each process batches of its own. A training epoch ends with the
/// shortest of them. An error then ends the trainer's use: the processes don't come together again.
///
/// A task that ends by an exception emits event::Exception and event::Teardown, and then throws
/// that exception; the trainer can be used again.
class Trainer {
 public:
  /// Takes callbacks over as add() does, such that they hear event::InitStart and event::InitEnd,
  /// too. Throws std::invalid_argument if an option is out of its range.
  template <class... Callbacks>
  explicit Trainer(TrainerOptions options = {}, Callbacks&&... callbacks)
      : state_(make_state(std::move(options))) {
    static_assert(!(std::is_lvalue_reference_v<Callbacks> || ...),
                  "sferic: a Trainer takes callbacks over: move them in, or attach() them later");
    int argument = 1;
    (add_at(std::forward<Callbacks>(callbacks), place(++argument), CallSite()), ...);
    tell_init();
  }
  ~Trainer() = default;
  Trainer(Trainer const&) = delete;
  Trainer& operator=(Trainer const&) = delete;

  /// Calls `handler(event)` for each Event, or for those that a filter lets through; see Bus::on.
  template <class Event, class Handler>
    requires(!AnyFilter<std::decay_t<Handler>>)
  Connection on(Handler&& handler, Order order = Order::kNormal,
                CallSite where = CallSite::here()) {
    return bus().template on<Event>(std::forward<Handler>(handler), order, where);
  }
  template <class Event, AnyFilter Filter, class Handler>
  Connection on(Filter filter, Handler&& handler, Order order = Order::kNormal,
                CallSite where = CallSite::here()) {
    return bus().template on<Event>(std::move(filter), std::forward<Handler>(handler), order,
                                    where);
  }

  /// Takes a callback over and connects it. Returns the callback, which lives as long as the
  /// trainer, or until it is removed. If it is Stateful, checkpoints keep its state; a second one
  /// of its type or with its key is refused by std::invalid_argument, see Named.
  template <class Callback>
    requires(!std::is_lvalue_reference_v<Callback>)
  Callback& add(Callback&& callback, CallSite where = CallSite::here()) {
    return add_at(std::move(callback), where.text(), where);
  }

  /// Connects a callback that somebody else owns, until the Subscription is destroyed. Until then
  /// checkpoints keep its state, as of one that was added.
  template <class Callback>
  [[nodiscard]] Subscription attach(Callback&& callback, CallSite where = CallSite::here()) {
    Subscription subscription = bus().attach(std::forward<Callback>(callback), where);
    if constexpr (Stateful<std::remove_cvref_t<Callback>>) {
      registry().borrow(callback, subscription, where.text());
    }
    return subscription;
  }

  /// The first callback of this very type that the trainer owns, or null. (Of those with a state,
  /// also one that is attached.)
  template <class Callback>
  [[nodiscard]] Callback* callback() noexcept {
    return registry().template find<Callback>();
  }

  /// Disconnects a callback and destroys it, if it was added. May be called from a handler, also
  /// from the callback's own: then it is destroyed when that has returned. Throws
  /// std::invalid_argument if it is none of the trainer's.
  template <class Callback>
  void remove(Callback& callback) {
    remove_at(&callback);
  }

  /// Where events are connected; users' own events are emitted here, too.
  TrainingBus& bus() noexcept;

  /// Who listens to which event at this moment, in the order of the loop. (A module's own handlers
  /// are connected while a task runs.)
  ///
  ///   std::cout << trainer.describe();
  [[nodiscard]] Wiring describe() { return bus().describe(); }

  /// Trains the module.
  template <class Module, class TrainLoader>
  void fit(Module&& module, TrainLoader&& train, FitOptions const& options = {}) {
    run_fit(fit_ref(module), train_input(module, train), {}, options);
  }

  /// Trains the module and validates it as the options say.
  template <class Module, class TrainLoader, class ValidationLoader>
    requires(!std::is_same_v<std::remove_cvref_t<ValidationLoader>, FitOptions>)
  void fit(Module&& module, TrainLoader&& train, ValidationLoader&& validation,
           FitOptions const& options = {}) {
    using Object = ModuleType<Module>;
    static_assert(
        detail::kHasStepFor<Object, detail::ValidationStep,
                            std::remove_reference_t<ValidationLoader>>,
        "sferic: the module has no validation_step(batch) or validation_step(batch, Step&) "
        "for the batches of the validation loader");
    run_fit(fit_ref(module), train_input(module, train),
            detail::inputs_from<detail::ValidationStep, Object>(validation), options);
  }

  /// Runs the module's validation_step over a loader, or a tuple of several. Warns if one is known
  /// to be empty, as the other tasks do; if all are, no event is emitted but those around a task.
  template <class Module, class Loader>
  void validate(Module&& module, Loader&& loader) {
    using Object = ModuleType<Module>;
    static_assert(
        detail::kHasStepFor<Object, detail::ValidationStep, std::remove_reference_t<Loader>>,
        "sferic: the module has no validation_step(batch) or validation_step(batch, Step&) for the "
        "batches of this loader");
    run_evaluation(Task::kValidate, detail::ref_to(detail::unwrap_module(module)),
                   detail::inputs_from<detail::ValidationStep, Object>(loader));
  }

  /// Runs the module's test_step over a loader, or a tuple of several.
  template <class Module, class Loader>
  void test(Module&& module, Loader&& loader) {
    using Object = ModuleType<Module>;
    static_assert(detail::kHasStepFor<Object, detail::TestStep, std::remove_reference_t<Loader>>,
                  "sferic: the module has no test_step(batch) or test_step(batch, Step&) for the "
                  "batches of this loader");
    run_evaluation(Task::kTest, detail::ref_to(detail::unwrap_module(module)),
                   detail::inputs_from<detail::TestStep, Object>(loader));
  }

  /// Runs the module's predict_step over a loader and returns what it returned, a tensor a batch;
  /// for a tuple of loaders, a vector of these. Where that is too much to hold, see PredictOptions.
  template <class Module, class Loader, class Tensor = at::Tensor>
  auto predict(Module&& module, Loader&& loader, PredictOptions const& options = {}) {
    using Object = ModuleType<Module>;
    static_assert(detail::kHasStepFor<Object, detail::PredictStep, std::remove_reference_t<Loader>>,
                  "sferic: the module has no predict_step(batch) or predict_step(batch, Step&) for "
                  "the batches of this loader");
    std::vector<std::vector<Tensor>> predictions;
    run_predict(detail::ref_to(detail::unwrap_module(module)),
                detail::inputs_from<detail::PredictStep, Object>(loader), options, predictions);
    if constexpr (detail::kIsTuple<std::remove_cvref_t<Loader>>) {
      return predictions;
    } else {
      return std::move(predictions.front());
    }
  }

  /// Asks a running fit to stop; see Control::stop. A fit that goes on from a checkpoint doesn't
  /// know of it. May be called from any thread.
  void stop(std::string reason);

  /// Saves the module of the present or last task (which must still exist), and after a fit all
  /// that it takes to go on: optimizers, schedulers, the place in the data, random numbers, logged
  /// values, the callbacks' states, and what handlers of event::SaveCheckpoint add. An older file
  /// of that name is replaced when the new one is complete and on the disk.
  ///
  /// Of several processes rank zero saves, and the others go on; who reads the file through a
  /// trainer waits for it.
  ///
  /// Called by a handler, it saves what there is at that moment: handlers of this event that come
  /// later are not called again by a fit that goes on from the file, and a batch that has not
  /// ended is trained anew, though what it did so far is done. Control::request_checkpoint() has
  /// none of this.
  ///
  /// Throws CheckpointError if it cannot be written and the options don't say otherwise, and
  /// std::logic_error if there has been no task.
  void save_checkpoint(std::filesystem::path const& path, SaveOptions const& options = {});

  /// Waits for a checkpoint that is being written on another thread. Throws as save_checkpoint().
  void wait_for_checkpoint();

  /// Restores the module and the callbacks' states from a checkpoint, for an evaluation; to go on
  /// with a fit, see FitOptions::resume_from. Then tells event::LoadCheckpoint. Throws
  /// CheckpointError, and has then changed nothing; std::logic_error within a task.
  template <class Module>
  LoadReport load_checkpoint(Module&& module, std::filesystem::path const& path) {
    return run_load(detail::ref_to(detail::unwrap_module(module)), path);
  }

  /// The values logged so far.
  Metrics& metrics() noexcept;

  /// Where the present or last task stands.
  Progress const& progress() const noexcept;

  TrainerOptions const& options() const noexcept;

 private:
  template <class Given>
  using ModuleType =
      std::remove_reference_t<decltype(detail::unwrap_module(std::declval<Given&>()))>;

  template <class Module>
  static detail::ModuleRef fit_ref(Module& given) {
    using Object = ModuleType<Module>;
    static_assert(requires(Object& module) { module.configure_optimizers(); },
                  "sferic: the module has no configure_optimizers()");
    return detail::ref_to<Object>(detail::unwrap_module(given));
  }

  template <class Module, class Loader>
  static detail::Input train_input(Module&, Loader& loader) {
    using Object = ModuleType<Module>;
    static_assert(
        detail::kHasStepFor<Object, detail::TrainingStep, Loader>,
        "sferic: the module has no training_step(batch) or training_step(batch, Step&) for "
        "the batches of the training loader");
    return detail::input_from<detail::TrainingStep, Object>(loader);
  }

  template <class Callback>
  Callback& add_at(Callback&& callback, std::string place, CallSite where) {
    return registry().add(std::move(callback), [&](auto& added) {
      return bus().attach(added, where);
    }, std::move(place));
  }
  void remove_at(void const* callback);
  Registry& registry() noexcept;
  static std::string place(int argument);

  LoadReport run_load(detail::ModuleRef module, std::filesystem::path const& path);
  void run_fit(detail::ModuleRef module, detail::Input train, std::vector<detail::Input> validation,
               FitOptions const& options);
  void run_evaluation(Task task, detail::ModuleRef module, std::vector<detail::Input> inputs);

  void run_predict(detail::ModuleRef module, std::vector<detail::Input> inputs,
                   PredictOptions const& options,
                   std::vector<std::vector<at::Tensor>>& predictions);

  struct State;
  struct DeleteState {
    void operator()(State* state) const noexcept;
  };
  using StatePointer = std::unique_ptr<State, DeleteState>;
  static StatePointer make_state(TrainerOptions options);
  void tell_init();

  StatePointer state_;
};

}  // namespace sferic
