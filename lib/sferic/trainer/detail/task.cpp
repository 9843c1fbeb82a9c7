#include <sferic/trainer/detail/task.hpp>

#include <sferic/persistence/detail/message_of.hpp>
#include <sferic/trainer/detail/boundary.hpp>
#include <sferic/trainer/detail/fit_position.hpp>
#include <sferic/trainer/detail/rank_sync.hpp>
#include <sferic/trainer/detail/signal_guard.hpp>
#include <sferic/trainer/detail/training_checkpoint.hpp>
#include <sferic/trainer/interrupted.hpp>

#include <torch/nn/module.h>

#include <csignal>
#include <exception>
#include <stdexcept>
#include <string>

namespace sferic::detail {

namespace {

/// Emits to every slot, whatever the others throw. Returns the first error.
template <class Event>
std::exception_ptr emit_to_all(LoopContext const& context, Event const& event, bool report_first) {
  std::exception_ptr first;
  context.bus.emit_to_all(event, [&](std::exception_ptr const& error) {
    if (!first) first = error;
    if (report_first || first != error) {
      TORCH_WARN("a handler of ", Event::kName, " failed: ", message_of(error));
    }
  });
  return first;
}

/// The stage that a task begins and ends in.
Stage stage_of(Task task) {
  constexpr Stage kStages[] = {Stage::kTrain, Stage::kValidation, Stage::kTest, Stage::kPredict};
  return kStages[static_cast<int>(task)];
}

Progress first_progress(Task task, bool goes_on, Progress const& last) {
  Progress progress{
      .task = task, .stage = stage_of(task), .rank = last.rank, .world_size = last.world_size};
  if (!goes_on) return progress;
  // An error may have left an epoch whose batches are through; it is not trained again.
  progress.epoch = task == Task::kFit ? last.epochs_done : last.epoch;
  progress.epochs_done = last.epochs_done;
  progress.optimizer_steps = last.optimizer_steps;
  return progress;
}

/// Saves what was requested, and waits for what is being written. Errors that come after another
/// one are warnings.
void save_after(std::exception_ptr const& error, LoopContext const& context) {
  for (auto* const step : {&serve_checkpoints, &finish_checkpoints}) {
    try {
      step(context);
    } catch (...) {
      if (!error) throw;
      TORCH_WARN(message_of(std::current_exception()));
    }
  }
}

/// What was requested before an error broke a batch would be saved in a state from which the batch
/// cannot be trained again. Or, before the ranks have brought together what each has for itself,
/// without what the others have.
void drop_requests_of_a_broken_batch(LoopContext const& context, Task task) {
  if (task != Task::kFit || (!context.position.in_batch && !context.ranks)) return;
  auto const* const why =
      context.position.in_batch ? "its batch was broken off" : "the other ranks' part is missing";
  for (auto const& request : context.control.take_checkpoint_requests()) {
    TORCH_WARN("`", request.path.string(), "` is not saved: ", why);
  }
}

bool is_keyboard_interrupt(std::exception_ptr const& error) {
  try {
    std::rethrow_exception(error);
  } catch (Interrupted const& interrupted) {
    return interrupted.signal() == SIGINT;
  } catch (...) {
    return false;
  }
}

class BusyGuard {
 public:
  explicit BusyGuard(bool& busy) : busy_(busy) {
    if (busy) throw std::logic_error("the trainer is running a task already");
    busy_ = true;
  }
  ~BusyGuard() { busy_ = false; }
  BusyGuard(BusyGuard const&) = delete;
  BusyGuard& operator=(BusyGuard const&) = delete;

 private:
  bool& busy_;
};

}  // namespace

void run_task(LoopContext const& context, bool& busy, Task task, bool goes_on,
              std::function<void()> const& body) {
  BusyGuard const guard(busy);
  SignalGuard const signals(context.options.handle_signals);
  context.control.reset();
  context.metrics.clear();
  context.metrics.hear_media(context.progress.rank == 0 &&
                             context.bus.is_heard<event::MediaLogged>());
  context.progress = first_progress(task, goes_on, context.progress);
  if (!goes_on) context.position = {};
  if (task == Task::kFit) context.run = {};
  auto const& module = context.module;

  Subscription module_listens;
  std::exception_ptr error;
  try {
    module_listens = module.listen(module.object, context.bus);
    context.emit<event::Setup>();
    context.emit<event::BeforeAcceleratorBackendSetup>();
    module.module->to(context.device);
    share_module(context);
    body();
    save_after(nullptr, context);
    share_states(context);
  } catch (...) {
    error = leave_ranks(context, std::current_exception());
    context.metrics.end_batch();
    drop_requests_of_a_broken_batch(context, task);
    std::string const what = message_of(error);
    if (is_keyboard_interrupt(error)) {
      emit_to_all(context, event::KeyboardInterrupt{context.moment()}, true);
    }
    emit_to_all(context, event::Exception{context.moment(), error, what}, true);
    save_after(error, context);
  }
  auto const teardown_error =
      emit_to_all(context, event::Teardown{context.moment()}, /*report_first=*/error != nullptr);
  if (!error && teardown_error) error = leave_ranks(context, teardown_error);
  if (error) std::rethrow_exception(error);
}

}  // namespace sferic::detail
