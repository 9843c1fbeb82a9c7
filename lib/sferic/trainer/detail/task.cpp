#include <sferic/trainer/detail/task.hpp>

#include <torch/nn/module.h>

#include <exception>
#include <stdexcept>
#include <string>

namespace sferic::detail {

namespace {

std::string message_of(std::exception_ptr const& error) {
  try {
    std::rethrow_exception(error);
  } catch (std::exception const& known) {
    return known.what();
  } catch (...) {
    return "an exception that is not a std::exception";
  }
}

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

void run_task(LoopContext const& context, bool& busy, Task task,
              std::function<void()> const& body) {
  BusyGuard const guard(busy);
  context.control.reset();
  context.metrics.clear();
  context.progress = Progress{.task = task, .stage = stage_of(task)};

  std::exception_ptr error;
  try {
    context.emit<event::Setup>();
    context.emit<event::BeforeAcceleratorBackendSetup>();
    context.module.module->to(context.device);
    body();
  } catch (...) {
    error = std::current_exception();
    context.metrics.end_batch();
    std::string const what = message_of(error);
    emit_to_all(context, event::Exception{context.moment(), error, what}, true);
  }
  auto const teardown_error =
      emit_to_all(context, event::Teardown{context.moment()}, /*report_first=*/error != nullptr);
  if (!error) error = teardown_error;
  if (error) std::rethrow_exception(error);
}

}  // namespace sferic::detail
