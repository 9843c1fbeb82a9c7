#pragma once

#include <sferic/trainer/detail/evaluation_loop.hpp>
#include <sferic/trainer/detail/pass.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace torch::nn {
class Module;
}

namespace sferic::detail {

/// What a fit does next. Between two of these a checkpoint may be saved, and a fit go on from it.
enum class Next : std::int64_t {
  kEpoch,            ///< the next epoch begins
  kBatch,            ///< the next batch of the epoch is trained
  kAfterBatch,       ///< the validation after the batch, if one is due
  kValidation,       ///< the rest of that validation
  kAfterValidation,  ///< the schedulers that take a value
  kEpochEnd,         ///< those that do so once an epoch
  kCount
};

/// Where a fit stands, beside its Progress: what a checkpoint keeps of the loop.
struct FitPosition {
  Next next = Next::kEpoch;
  bool is_training = false;         ///< between TrainStart and TrainEnd
  std::int64_t batches_in_all = 0;  ///< that are through, also in fits that this one goes on from
  std::int64_t accumulate_grad_batches = 1;
  std::int64_t accumulate_option = 1;  ///< what the options said of it
  std::int64_t accumulated = 0;        ///< batches whose gradients wait for the next step
  std::int64_t steps_before = 0;       ///< optimizer steps done before the batch
  bool in_batch = false;               ///< a batch has begun that is not through
  bool last_batch = false;             ///< the batch is the epoch's last one,
  bool stepped = false;                ///< and made an optimizer step
  bool told = false;                   ///< loggers know what the batch logged
  bool stop_noticed = false;
  bool end_epoch = false;        ///< somebody wishes it
  std::int64_t random_base = 0;  ///< which other ranks' random numbers follow from
  double seconds = 0;            ///< of training, in the fits that this one goes on from
  bool stop_lasts = false;       ///< somebody wishes to stop for good,
  std::string stop = {};         ///< for this reason
  PassPosition train = {};
  EvaluationPosition validation = {};
};

/// Calls `field(name, value)` for each plain field.
template <class Position, class Field>
void for_each_field(Position& position, Field field) {
  field("is_training", position.is_training);
  field("batches_in_all", position.batches_in_all);
  field("accumulate_grad_batches", position.accumulate_grad_batches);
  field("accumulate_option", position.accumulate_option);
  field("accumulated", position.accumulated);
  field("steps_before", position.steps_before);
  field("in_batch", position.in_batch);
  field("last_batch", position.last_batch);
  field("stepped", position.stepped);
  field("told", position.told);
  field("stop_noticed", position.stop_noticed);
  field("end_epoch", position.end_epoch);
  field("seconds", position.seconds);
}

/// What else is known of the present or last fit, and ends with the process.
struct FitRun {
  torch::nn::Module const* module = nullptr;  ///< that it trains; null before it has optimizers
  bool running = false;                       ///< the fit has not returned yet
  bool optimizes_itself = false;              ///< the module does
  bool ended_early = false;                   ///< somebody ended the epoch
  std::int64_t epoch = 0;                     ///< that is trained,
  std::int64_t epochs_done = 0;               ///< and those that were through before it
  bool cut = false;                           ///< the training ended before the epoch's last batch
  bool stop_agreed = false;                   ///< all ranks know of the wish to stop,
  bool end_epoch = false;                     ///< and of the one to end the epoch
  std::optional<std::chrono::steady_clock::time_point> started = {};

  /// Since TrainStart.
  std::chrono::duration<double> time() const {
    using Clock = std::chrono::steady_clock;
    return started ? Clock::now() - *started : Clock::duration();
  }
};

}  // namespace sferic::detail
