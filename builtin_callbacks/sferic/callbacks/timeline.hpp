#pragma once

#include <sferic/training_bus/training_bus.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>

namespace sferic {

class TraceRecorder;

struct TimelineOptions {
  /// The file, whose folder is made where there is none. Default: timeline.json in the working
  /// directory.
  std::filesystem::path path = "timeline.json";

  /// How many emissions and calls of handlers to have memory for: each takes 24 bytes while the
  /// training runs, some 120 more when the file is written, and some 100 in it. Default: 200'000,
  /// which are 4.8 MB. Range: >= 1000.
  std::int64_t max_spans = 200'000;
};

/// Writes a timeline of the training, to look at in a browser: https://ui.perfetto.dev,
/// chrome://tracing or https://www.speedscope.app.
///
///   trainer.add(sferic::Timeline({.path = "timeline.json"}));
///
/// Of each thread it shows, one in the other:
///   - the task (fit, validate, test, predict), sanity check and training;
///   - epochs, by number, and validations, tests and predictions;
///   - batches, by number;
///   - phases: `data` (until there is a batch on the device), `forward`, `zero_grad`, `backward`,
///     `optimizer_step`, `validation_step` and so on, without the events between them; and
///     checkpoints, from save_checkpoint to checkpoint_saved where no other thread writes them;
///   - events, those of users included;
///   - the handlers that they called, by callback or by the place where a lambda was connected.
/// A GPU may still be computing when a phase has ended here.
///
/// A training of any length fits: where there is no more memory, every 2nd, 4th, 8th, ... batch is
/// kept, each with all that was in it, beside the first four and all that is rare; see
/// TraceRecorder. "otherData" in the file tells what was left out.
///
/// The file is written in each task's teardown, also after an error or Ctrl-C, with all tasks since
/// the callback was added; not if it is removed before. If that fails, as on a full disk, there is
/// a warning, and an older file stays as it was. (PyTorch's profiler, which Lightning has for this,
/// shows operators, and no callbacks; its files open in the same viewers.)
///
/// Each event and each call take some 50 ns more while it is connected.
class Timeline {
 public:
  /// Throws std::invalid_argument if the path is empty or max_spans is out of its range.
  explicit Timeline(TimelineOptions options = {});

  Subscription connect(TrainingBus& bus);

  /// What is recorded: trace() is what would be written.
  TraceRecorder const& recorder() const noexcept { return *recorder_; }

 private:
  TimelineOptions options_;
  std::shared_ptr<TraceRecorder> recorder_;
};

}  // namespace sferic
