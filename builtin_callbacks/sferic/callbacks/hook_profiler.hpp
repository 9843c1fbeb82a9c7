#pragma once

#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>
#include <sferic/profile/emission_profiler.hpp>
#include <sferic/profile/hook_profile.hpp>
#include <sferic/training_bus/training_bus.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace sferic {

struct HookProfilerOptions {
  /// Print a table at the end of each task. Default: to stderr.
  bool print = true;
  std::FILE* file = stderr;  ///< must outlive the callback

  /// Files that the profile of each task is written to at its end, with an older one replaced.
  /// Default: none.
  std::filesystem::path json = {};
  std::filesystem::path csv = {};

  /// Log the means so far at the end of each training epoch, in microseconds:
  /// `HookProfiler/forward`, `HookProfiler/train_batch_end/sferic::EarlyStopping`.
  bool log = false;
};

/// Measures what each handler of each event costs, and what the loop does between the events:
///
///   trainer.add(sferic::HookProfiler());
///
/// It tells calls, total, mean, quantiles and share of the training steps, see HookProfile. While
/// it is connected, each call takes 25 to 50 ns longer, which are not counted; a trainer without it
/// runs the same code as if it did not exist. It begins anew with each task, after event::Setup.
/// Handlers are told by the name of their callback, or where they were connected; see
/// Connection::set_name(). Work on a GPU shows where somebody waits for it. A file that can't be
/// written gives a warning.
class HookProfiler {
 public:
  /// Throws std::invalid_argument if `file` is null and `print` is true.
  explicit HookProfiler(HookProfilerOptions options = {});

  Subscription connect(TrainingBus& bus);

  /// Of the present or last task.
  [[nodiscard]] HookProfile profile() const;

 private:
  void log(Metrics& metrics) const;
  void report() const;

  HookProfilerOptions options_;
  Task task_ = Task::kFit;
  std::shared_ptr<EmissionProfiler> profiler_;
};

}  // namespace sferic
