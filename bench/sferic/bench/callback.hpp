#pragma once

#include <sferic/bench/training.hpp>
#include <sferic/trainer/trainer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace sferic::bench {

struct CallbackOptions {
  /// The values to log, as the callback wants to read them: by validations those whose names begin
  /// with "val_", by training steps the others. Modules of your own log what they log, too.
  std::vector<std::string> metrics = {"loss", "val_loss"};

  /// What to train in place of the perceptron; see training().
  Training training = {};

  /// Training steps that are measured at a stretch, >= 1: fewer where a step takes long, more where
  /// the callback does something every so many of them. Default: two rounds of log_every_n_steps.
  std::int64_t batches = 100;

  /// How to train: the device, for example. `max_epochs`, limits of the data, the sanity check and
  /// the handling of signals are the benchmark's.
  TrainerOptions trainer = {.device = "cpu"};
};

namespace detail {

/// Connects something to a trainer. What it returns lives until the trainer has gone.
using Prepare = std::function<std::shared_ptr<void>(Trainer&)>;

bool register_callback(std::string name, Prepare prepare, CallbackOptions options);

}  // namespace detail

/// Registers benchmarks of what `prepare(trainer)` connects or adds to a trainer. What it returns
/// is kept until the trainer has gone. Returns true, for a variable to be initialised with.
///
///   auto const registered = sferic::bench::add("counting", [](sferic::Trainer& trainer) {
///     trainer.on<sferic::event::TrainBatchEnd>([](auto const& e) { ... });
///   });
///
/// Five kinds of rows appear in Google Benchmark's table, whose flags all work:
///
///   NAME/step that does nothing/nothing connected     the time is that of a batch
///   NAME/step that does nothing/empty handlers        on the events that the callback hears
///   NAME/step that does nothing/the callback
///   NAME/training step/...                            the same, with all that a step does
///   NAME/fit with validation/each call                the time is that of the fit
///
/// with these counters:
///
///   allocations       calls of operator new by the training's thread a batch, with nothing
///   more_allocations  what the callback, or the empty handlers, add to them
///   more_time         what they add to a batch, by the clock, in seconds: 12.3n is 12.3 ns, and
///                     900p is 0.9 ns. Each epoch is compared with one that has nothing connected
///                     and runs right after it; this is the median of the differences
///   more_cpu          the same by the training's thread, without what it waits for: steadier on a
///                     machine that does other things, too
///   <event>           in the last row: how much longer the median call in this event takes than
///                     that of an empty handler, >= 0, in seconds; of several handlers, the sum.
///                     Measured by an EmissionProfiler, to some nanoseconds. Heard are all
///                     events of a fit with validation, of a checkpoint in each epoch if the
///                     callback hears of checkpoints, and of a test and a prediction if the module
///                     has the steps
///
/// The steps that do nothing have no backward pass and no optimizer step, nor the events of these.
/// Each trainer is a new one, and runs in an empty folder, which is removed. LibTorch computes on
/// one thread. A row of a callback that throws, or ends the epoch early, says so in place of
/// numbers.
///
/// Throws std::invalid_argument if an option is out of its range.
template <class PrepareTrainer>
  requires std::is_invocable_v<PrepareTrainer const&, Trainer&>
bool add(std::string name, PrepareTrainer prepare, CallbackOptions options = {}) {
  auto const keeping = [prepare = std::move(prepare)](Trainer& trainer) -> std::shared_ptr<void> {
    using Result = std::invoke_result_t<PrepareTrainer const&, Trainer&>;
    if constexpr (std::is_void_v<Result>) {
      prepare(trainer);
      return nullptr;
    } else {
      return std::make_shared<std::remove_cvref_t<Result>>(prepare(trainer));
    }
  };
  return detail::register_callback(std::move(name), keeping, std::move(options));
}

/// Registers benchmarks of the callback that `make()` returns; see add().
///
///   auto const registered =
///       sferic::bench::add_callback("MyCallback", [] { return MyCallback(); });
template <class Make>
bool add_callback(std::string name, Make make, CallbackOptions options = {}) {
  return add(std::move(name), [make = std::move(make)](Trainer& trainer) { trainer.add(make()); },
             std::move(options));
}

}  // namespace sferic::bench
