#pragma once

#include <sferic/events/predict.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/test.hpp>
#include <sferic/events/train.hpp>
#include <sferic/events/validation.hpp>
#include <sferic/registry/stateful.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace sferic {

/// When a Timer looks whether its time is over.
enum class TimerInterval { kStep, kEpoch };

struct TimerOptions {
  /// How long the training may take, what it took before a checkpoint included: see also
  /// parse_duration(). Default: without a limit; the time is only taken. Range: >= 0; with 0 no
  /// batch is trained.
  std::optional<std::chrono::duration<double>> duration = {};

  /// Look after each batch, or only after each epoch, so that epochs are whole. Default: kStep.
  TimerInterval interval = TimerInterval::kStep;

  /// What the time is, for tests of what depends on it. Default: the steady clock.
  std::chrono::steady_clock::time_point (*clock)() = &std::chrono::steady_clock::now;
};

/// Takes the time of the training, the validations and the other stages, and stops a training that
/// takes too long:
///
///   auto& timer = trainer.add(sferic::Timer({.duration = std::chrono::hours(12)}));
///   ...
///   std::printf("%.1f s\n", timer.elapsed().count());
///
/// The training's time is from event::TrainStart to event::TrainEnd, with its validations.
/// min_steps and min_epochs are kept. Where a fit goes on from a checkpoint, the time goes on, too;
/// one whose time is over trains nothing more, but with a longer `duration` it does.
///
/// As PyTorch Lightning's callback of this name, which restores the training's time only.
/// TrainerOptions::max_time stops by the time alone.
class Timer {
 public:
  static constexpr std::string_view kStateKey = "sferic::Timer";
  using Seconds = std::chrono::duration<double>;

  /// Throws std::invalid_argument if an option is out of its range.
  explicit Timer(TimerOptions options = {});

  void on(event::FitStart const& e);
  void on(event::TrainStart const& e);
  void on(event::TrainBatchEnd const& e);
  void on(event::TrainEpochEnd const& e);
  void on(event::TrainEnd const&) { finish(Stage::kTrain); }

  void on(event::ValidationStart const& e) { start(e.progress.stage); }
  void on(event::ValidationBatchStart const& e) { start(e.progress.stage); }
  void on(event::ValidationEnd const& e) { finish(e.progress.stage); }
  void on(event::TestStart const&) { start(Stage::kTest); }
  void on(event::TestEnd const&) { finish(Stage::kTest); }
  void on(event::PredictStart const&) { start(Stage::kPredict); }
  void on(event::PredictEnd const&) { finish(Stage::kPredict); }

  /// An error may have left out the end of a stage.
  void on(event::Teardown const& e);

  /// The time that a stage has taken so far, in all its runs since the training began.
  [[nodiscard]] Seconds elapsed(Stage stage = Stage::kTrain) const;

  /// The time that is left for the training, >= 0; nothing without a limit.
  [[nodiscard]] std::optional<Seconds> remaining() const;

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  using Time = std::chrono::steady_clock::time_point;

  /// The time of one stage.
  struct Watch {
    double seconds = 0;  ///< of what is over
    std::optional<Time> started = {};
  };

  Watch& watch(Stage stage) { return watches_[static_cast<std::size_t>(stage)]; }
  Watch const& watch(Stage stage) const { return watches_[static_cast<std::size_t>(stage)]; }
  void start(Stage stage);
  void finish(Stage stage);
  void stop_if_over(event::Moment const& e) const;

  TimerOptions options_;
  std::array<Watch, 5> watches_;  ///< by stage
};

template <>
struct detail::StateOf<Timer> : detail::CompiledState<Timer> {};

/// "12:30" (minutes and seconds), "01:12:30" (hours, too) or "02:01:12:30" (days, too), as one
/// types it on a command line. Throws std::invalid_argument for anything else, also where hours are
/// more than 23, or minutes or seconds more than 59, below a larger unit.
std::chrono::seconds parse_duration(std::string_view text);

}  // namespace sferic
