#pragma once

#include <sferic/trainer/detail/evaluation_loop.hpp>
#include <sferic/trainer/detail/pass.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

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

/// Where a fit stands, beside its Progress.
struct FitPosition {
  Next next = Next::kEpoch;
  bool running = false;           ///< the fit has not returned yet
  bool is_training = false;       ///< between TrainStart and TrainEnd
  bool optimizes_itself = false;  ///< the module does
  std::int64_t epoch = 0;         ///< that `train` is a pass of,
  std::int64_t epochs_done = 0;   ///< and those that were through before it
  PassPosition train = {};
  EvaluationPosition validation = {};
  std::int64_t batches_in_all = 0;  ///< that are through, also in fits that this one goes on from
  bool in_batch = false;            ///< another one has begun
  std::int64_t accumulate_grad_batches = 1;
  std::int64_t accumulated = 0;   ///< batches whose gradients wait for the next step
  bool last_batch = false;        ///< the batch is the epoch's last one,
  bool stepped = false;           ///< and made an optimizer step
  bool cut = false;               ///< the training ended before the epoch's last batch
  bool ended_early = false;       ///< somebody ended the epoch
  bool told = false;              ///< loggers know what the batch logged
  std::int64_t steps_before = 0;  ///< optimizer steps done before the batch
  bool stop_noticed = false;

  /// In the fits that this one goes on from.
  std::chrono::duration<double> trained = {};
  std::optional<std::chrono::steady_clock::time_point> started = {};

  std::chrono::duration<double> time_trained() const {
    if (!started) return trained;
    return trained + (std::chrono::steady_clock::now() - *started);
  }
};

}  // namespace sferic::detail
