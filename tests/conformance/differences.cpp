#include "conformance/differences.hpp"

#include <sferic/events/catalogue.hpp>
#include <sferic/trainer/interrupted.hpp>

#include <algorithm>
#include <stdexcept>

namespace sferic::conformance {

namespace {

template <class... Events>
bool is_one_of(event::EventList<Events...>, std::string_view name) {
  return ((name == Events::kName) || ...);
}

}  // namespace

bool is_sferics_own(std::string_view event) {
  constexpr std::string_view kOwn[] = {
      // Of Lightning 1.
      "init_start", "init_end", "before_accelerator_backend_setup", "pretrain_routine_start",
      "pretrain_routine_end", "epoch_start", "epoch_end", "batch_start", "batch_end",
      "keyboard_interrupt",
      // New in sferic.
      "after_optimizer_step", "checkpoint_saved", "checkpoint_failed", "find_checkpoint",
      "stop_requested", "metrics_logged"};
  return std::find(std::begin(kOwn), std::end(kOwn), event) != std::end(kOwn);
}

bool is_hook(std::string_view hook) {
  return is_one_of(event::Catalogue(), hook) && !is_sferics_own(hook);
}

std::string lightnings_name(Task task) {
  constexpr char const* kNames[] = {"FITTING", "VALIDATING", "TESTING", "PREDICTING"};
  return std::string("TrainerFn.") + kNames[static_cast<int>(task)];
}

std::string lightnings_name(std::exception_ptr const& error) {
  try {
    std::rethrow_exception(error);
  } catch (Interrupted const&) {
    return "KeyboardInterrupt";
  } catch (std::invalid_argument const&) {
    return "ValueError";
  } catch (std::runtime_error const&) {
    return "RuntimeError";
  } catch (std::exception const& other) {
    return std::string("another error: ") + other.what();
  }
}

std::string sferics_error(std::string const& name) {
  return name == "MisconfigurationException" ? "ValueError" : name;
}

void leave_out_teardown_after_exception(Trace& trace) {
  auto const left_out = [](TraceEntry const& first, TraceEntry const& second) {
    return first.hook == "exception" && second.hook == "teardown";
  };
  auto at = std::adjacent_find(trace.begin(), trace.end(), left_out);
  while (at != trace.end()) {
    at = trace.erase(at + 1);
    at = std::adjacent_find(at, trace.end(), left_out);
  }
}

bool lightning_returns_after(std::exception_ptr const& error) {
  return lightnings_name(error) == "KeyboardInterrupt";
}

TraceEnd lightnings_end(Progress const& progress, std::exception_ptr const& error) {
  TraceEnd end{.epoch = progress.epoch,
               .step = progress.optimizer_steps,
               .status = error ? "TrainerStatus.INTERRUPTED" : "TrainerStatus.FINISHED"};
  if (error && !lightning_returns_after(error)) end.error = lightnings_name(error);
  return end;
}

}  // namespace sferic::conformance
