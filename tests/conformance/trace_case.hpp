#pragma once

#include <sferic/events/progress.hpp>
#include <sferic/optim/optimizers.hpp>
#include <sferic/trainer/trainer_options.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/json_fields.hpp"
#include "conformance/trace.hpp"

namespace sferic::conformance {

/// The program that was recorded. Calls of a hook and training steps are counted from 1, over the
/// whole run.
struct TraceConfig {
  /// The nth call of a hook asks to stop.
  struct Stop {
    std::string event;
    std::int64_t nth;
  };

  TrainerOptions trainer = {.device = "cpu"};
  std::int64_t train_batches = 2;
  std::vector<std::int64_t> val_batches = {1};   ///< one number a loader
  std::vector<std::int64_t> test_batches = {2};  ///< to test and to predict
  std::vector<Task> modes = {Task::kFit};
  std::vector<Stop> stops;
  std::vector<std::int64_t>
      skip_epoch_at_batch_starts;        ///< the nth train_batch_start ends the epoch
  std::vector<std::int64_t> skip_steps;  ///< the nth training step returns nothing
  std::optional<std::int64_t> raise_at;  ///< the nth training step throws
  bool raise_interrupt = false;          ///< as by Ctrl-C; else a ValueError
  std::optional<Interval> scheduler;
  bool save_every_epoch = false;
};

/// A recorded run.
struct TraceCase {
  TraceConfig config;
  Trace trace;
  TraceEnd end;
};

/// From [hook, nth, "stop"], where the hook is written as a member of Lightning's Callback:
/// on_train_start, setup. Throws NotUnderstood.
void read(Json const& value, std::string const& where, TraceConfig::Stop& into);

/// Throws NotUnderstood.
TraceCase trace_case(Json const& recorded);

/// What sferic makes of the same program, in Lightning's words.
struct TraceRun {
  Trace trace;
  TraceEnd end;
};
TraceRun run(TraceConfig const& config);

/// Runs a recorded case; tells the first difference, or nothing. Throws NotUnderstood.
std::optional<std::string> check_trace(Json const& recorded);

}  // namespace sferic::conformance
