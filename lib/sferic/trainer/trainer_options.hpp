#pragma once

#include <sferic/trainer/limit.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace sferic {

class Ranks;

/// How gradients are made smaller before an optimizer step.
enum class GradientClipAlgorithm {
  kNorm,   ///< all of them by one factor, such that their norm is at most gradient_clip_val
  kValue,  ///< each element by itself, into [-gradient_clip_val, gradient_clip_val]
};

/// In which numbers a step computes. The parameters stay what they are; see torch.autocast.
enum class Precision {
  kFull,           ///< as the module's parameters are
  kBFloat16Mixed,  ///< bfloat16 where that is safe
  kFloat16Mixed,   ///< float16 where that is safe, with scaled gradients; CUDA only
};

/// How a Trainer trains. Every field has a default; the Trainer's constructor checks them all.
struct TrainerOptions {
  // How long to train.

  /// The number of passes over the training data, >= 0, or -1 for no limit. Default: 1000, or no
  /// limit where max_steps or max_time is given.
  std::optional<std::int64_t> max_epochs = {};

  /// Passes to make whatever asks to stop earlier, >= 0. Default: 0, or 1 where min_steps is given.
  std::optional<std::int64_t> min_epochs = {};

  /// The number of optimizer steps, >= 0, or -1 for no limit, as by default.
  std::optional<std::int64_t> max_steps = {};

  /// Optimizer steps to do whatever asks to stop earlier, >= 0.
  std::int64_t min_steps = 0;

  /// How long to train, >= 0, for example std::chrono::hours(8): asks to stop after the batch in
  /// which the time is over. What the fits have taken that this one goes on from by a checkpoint
  /// counts. Default: no limit.
  std::optional<std::chrono::duration<double>> max_time = {};

  // How to step.

  /// The number of batches whose gradients make one optimizer step, >= 1: each loss is divided by
  /// it, and the last batch of an epoch always steps.
  std::int64_t accumulate_grad_batches = 1;

  /// The limit that gradients are clipped to before each optimizer step, > 0; 0: none, as by
  /// default.
  std::optional<double> gradient_clip_val = {};
  GradientClipAlgorithm gradient_clip_algorithm = GradientClipAlgorithm::kNorm;

  /// See Precision.
  Precision precision = Precision::kFull;

  // How much of the data to use: a count >= 0, or a share in [0, 1]; see Limit.

  Limit limit_train_batches = 1.0;
  Limit limit_val_batches = 1.0;
  Limit limit_test_batches = 1.0;
  Limit limit_predict_batches = 1.0;

  /// Train on so much of the training data only, and always on the same, to see whether the module
  /// can learn it by heart: overrules limit_train_batches and limit_val_batches, and tells the
  /// loaders the same epoch each time, so that what they shuffle stays in one order. 0: off.
  Limit overfit_batches = 0;

  /// A trial of all the code, of so many batches, >= 0; 0: none. It makes one epoch and at most so
  /// many optimizer steps, without a sanity check, and overrules the options for these; only
  /// overfit_batches still says what to train and to validate on. Loggers are told nothing.
  std::int64_t fast_dev_run = 0;

  // When to validate.

  /// Validation batches of each loader to run before the training, to find errors early; -1 for
  /// all, 0 for none.
  std::int64_t num_sanity_val_steps = 2;

  /// Validate in every n-th epoch, >= 1. With std::nullopt, val_check_interval goes on over the
  /// epochs' borders: a count, or 1.0 for as many batches as an epoch has.
  std::optional<std::int64_t> check_val_every_n_epoch = 1;

  /// How many training batches lie between validations: a count >= 1 or a share in (0, 1] of the
  /// epoch. A count may not be more than an epoch has, unless it goes on over the epochs' borders.
  Limit val_check_interval = 1.0;

  // What to tell.

  /// Tell loggers the values of the training batches of every n-th optimizer step, >= 1, or 0 for
  /// never; see event::MetricsLogged.
  std::int64_t log_every_n_steps = 50;

  // Where and how.

  /// "cpu", "cuda", "cuda:1", ..., or "auto": a CUDA device if there is one. Of several processes
  /// on one machine each takes the next device.
  std::string device = "auto";

  /// Seeds LibTorch's random numbers at the start of each fit. Default: they go on as they are.
  std::optional<std::uint64_t> seed = {};

  /// Let SIGINT (Ctrl-C) and SIGTERM end a task after the present batch, by an Interrupted; a
  /// second one ends the program at once. A signal for which the program has a handler of its own,
  /// or which it ignores, is left alone.
  bool handle_signals = true;

  /// The processes that train together; see distributed(). Default: this one alone.
  std::shared_ptr<Ranks> ranks = {};
};

/// Throws std::invalid_argument, naming the option and its value, if one is out of its range.
void check(TrainerOptions const& options);

/// The options with what follows from them: from fast_dev_run, overfit_batches and the defaults.
/// Limits of -1 are std::nullopt here.
TrainerOptions resolved(TrainerOptions options);

}  // namespace sferic
