#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sferic {

/// How long something took, each time that it happened. In seconds; quantiles are right to 2 %.
struct Durations {
  std::int64_t count = 0;
  double total = 0;
  double mean = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

/// What one handler cost on one event. Handlers of one name that were connected at one place count
/// as one, whether at once or one after the other.
struct HandlerProfile {
  std::string name = {};    ///< as SlotInfo::name
  std::string where = {};   ///< as SlotInfo::where
  std::string filter = {};  ///< as SlotInfo::filter; events that it holds back count as calls
  Durations calls = {};     ///< with what is emitted in them

  /// Of the training steps' time; only of handlers of events of each step.
  std::optional<double> share_of_step = {};
};

struct EventProfile {
  std::string event = {};
  Durations emissions = {};  ///< with all that was called
  std::vector<HandlerProfile> handlers = {};

  /// The name of a handler, with its place where that is not enough to know which one it is.
  [[nodiscard]] std::string label_of(HandlerProfile const& handler) const;
};

/// What the loop itself did between events.
struct PhaseProfile {
  std::string name = {};
  Durations times = {};
  std::optional<double> share_of_step = {};
};

/// What a training's hooks cost, and what the loop did between them.
///
/// A training step goes from the wait for its batch to the end of event::BatchEnd. Its phases and
/// its emissions together are the whole of it:
///
///   data            until the batch is on the device
///   forward         the training_step; one that optimizes by itself, up to its first backward()
///   zero_grad
///   backward
///   optimizer_step  with the clipping of gradients
///   loop            what is left: schedulers, the loop's own work
///
/// Outside of steps: validation (the whole of it), validation_data and validation_step, the same of
/// tests and predictions, checkpoint (writing one), and other.
struct HookProfile {
  std::string task = {};  ///< "fit", ...
  double seconds = 0;     ///< from the first to the last emission
  Durations steps = {};   ///< training steps
  std::vector<PhaseProfile> phases = {};
  std::vector<EventProfile> events = {};  ///< in the order in which they were first emitted

  /// What the measuring itself takes in each call, in seconds: subtracted from the calls.
  double overhead = 0;

  /// A table of phases and handlers.
  [[nodiscard]] std::string text() const;

  /// All of it as JSON, in seconds.
  [[nodiscard]] std::string json() const;

  /// A line a phase, emission or handler, in seconds.
  [[nodiscard]] std::string csv() const;
};

}  // namespace sferic
