#pragma once

#include <sferic/callbacks/progress_line.hpp>
#include <sferic/events/predict.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/stopping.hpp>
#include <sferic/events/test.hpp>
#include <sferic/events/train.hpp>
#include <sferic/events/validation.hpp>
#include <sferic/signal/order.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sferic {

/// What a column of a progress bar may tell of. Valid during the call.
struct ProgressBarState {
  Progress const& progress;
  Metrics const& metrics;
  torch::nn::Module& module;
  double seconds;             ///< that the line's batches took
  double batches_per_second;  ///< 0 as long as there is none
};

/// Makes a short text, or an empty one, which is not shown:
///
///   [](auto const& bar) { return fmt::format("{:.0f} samples/s", 32 * bar.batches_per_second); }
using ProgressBarColumn = std::function<std::string(ProgressBarState const&)>;

struct ProgressBarOptions {
  /// The shortest time between two redraws of a line, in seconds; with 0 it is redrawn after each
  /// batch. Each redraw reads the values that it shows, for which a GPU is waited for.
  /// Default: 0.1. Range: >= 0.
  double refresh_seconds = 0.1;

  /// The same where a line cannot be redrawn, in a file for example: an epoch that takes longer
  /// writes a line this often, in seconds. Default: 10. Range: >= 0.
  double plain_seconds = 10;

  /// Whether the last line of each epoch stays on the terminal. Default: true.
  bool leave = true;

  /// Texts of your own, in this order before the logged values. Each is made when a line is drawn,
  /// of whichever stage: `progress.stage` tells. Default: none. Range: functions.
  std::vector<ProgressBarColumn> columns = {};

  /// Where the lines go; must stay open as long as the progress bar is used. Default: stderr.
  std::FILE* file = stderr;

  /// What the time is, for tests of what depends on it. Default: the steady clock.
  std::chrono::steady_clock::time_point (*clock)() = &std::chrono::steady_clock::now;
};

/// Shows how far the epoch is, how long it will take, and the values logged with
/// LogOptions::progress_bar:
///
///   Epoch 3/10: |█████▊       | 123/273 [00:12<00:15, 9.84 it/s] loss=0.1234 accuracy=0.9321
///
/// The sanity check and the validation of a fit take the place of that line while they run, and
/// neither the time nor the speed of the epoch counts them. A validation, test or prediction by
/// itself has a line of its own for each loader. A line is never wider than the terminal, which may
/// be resized at any time (one that wraps what has got too wide keeps a part of the last line).
/// Where lines cannot be redrawn (no terminal, or TERM is `dumb`), each epoch writes one plain line
/// when it ends, and a long one some before.
///
/// A batch costs little more than reading the clock, some 30 ns. Values are read only when drawn.
class ProgressBar {
 public:
  static constexpr Order kOrder = Order::kLast;  ///< what all others log is there to be shown

  /// Throws std::invalid_argument if an option is out of its range.
  explicit ProgressBar(ProgressBarOptions options = {});

  /// Writes a line of text to `file`, by default the bar's own, above the line that is shown now.
  /// For handlers, on the thread that trains: what they write themselves is appended to the bar.
  void print(std::string_view text, std::FILE* file = nullptr);

  void on(event::Setup const& e);

  void on(event::TrainEpochStart const& e);
  void on(event::TrainBatchStart const& e);
  void on(event::TrainBatchEnd const& e);
  void on(event::TrainEpochEnd const& e);

  void on(event::ValidationStart const& e);
  void on(event::ValidationBatchStart const& e);
  void on(event::ValidationBatchEnd const& e);
  void on(event::ValidationEnd const& e);

  void on(event::TestStart const& e);
  void on(event::TestBatchStart const& e);
  void on(event::TestBatchEnd const& e);
  void on(event::TestEnd const& e);

  void on(event::PredictStart const& e);
  void on(event::PredictBatchStart const& e);
  void on(event::PredictBatchEnd const& e);
  void on(event::PredictEnd const& e);

  void on(event::Exception const& e);
  void on(event::Teardown const& e);

 private:
  using Time = std::chrono::steady_clock::time_point;

  /// A pass over the batches of one loader, which has a line.
  struct Pass {
    detail::ProgressLine line;
    std::int64_t loader;
    bool is_transient;  ///< gives its place back, and shows no values
    Time start;
  };

  void begin(std::optional<Pass>& pass, event::Moment const& e);
  void advance(std::optional<Pass>& pass, event::Moment const& e);
  void finish(std::optional<Pass>& pass, event::Moment const& e);
  void change_loader(event::Moment const& e);
  void finish_loader(event::Moment const& e);
  void finish_evaluation(event::Moment const& e);
  void break_off();

  Pass* shown();
  void draw(Pass& pass, event::Moment const& e);
  void show(Pass& pass);
  void take_time(Pass& pass);

  ProgressBarOptions options_;
  detail::LineOutput output_;
  std::chrono::duration<double> interval_;  ///< between two lines
  Time shown_at_{};
  std::optional<Pass> epoch_;       ///< of the training
  std::optional<Pass> evaluation_;  ///< shown instead while there is one
};

}  // namespace sferic
