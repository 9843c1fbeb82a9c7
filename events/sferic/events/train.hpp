#pragma once

#include <sferic/events/batch_ref.hpp>
#include <sferic/events/moment.hpp>

#include <cstdint>
#include <string_view>

namespace sferic::event {

/// The first epoch is about to begin.
struct TrainStart : Moment {
  static constexpr std::string_view kName = "train_start";
  Optimizers& optimizers;
};

/// The last epoch has ended.
struct TrainEnd : Moment {
  static constexpr std::string_view kName = "train_end";
};

/// Before TrainEpochStart, ValidationEpochStart, ...; `progress.stage` says which.
struct EpochStart : Moment {
  static constexpr std::string_view kName = "epoch_start";
};

/// After TrainEpochEnd, ValidationEpochEnd, ....
struct EpochEnd : Moment {
  static constexpr std::string_view kName = "epoch_end";
};

/// A pass over the training data begins.
struct TrainEpochStart : Moment {
  static constexpr std::string_view kName = "train_epoch_start";

  /// The number of batches that make an optimizer step, >= 1, from this epoch on; may be changed.
  std::int64_t& accumulate_grad_batches;
};

/// A pass over the training data has ended, with the validation that belongs to it. The means of
/// the values logged in it can be read.
struct TrainEpochEnd : Moment {
  static constexpr std::string_view kName = "train_epoch_end";
};

/// Before TrainBatchStart.
struct BatchStart : Moment {
  static constexpr std::string_view kName = "batch_start";
};

/// After TrainBatchEnd.
struct BatchEnd : Moment {
  static constexpr std::string_view kName = "batch_end";
};

/// A batch is about to be trained; it is on the device and may be changed.
struct TrainBatchStart : Moment {
  static constexpr std::string_view kName = "train_batch_start";
  BatchRef batch;
};

/// A batch has been trained. `loss` is what the backward pass began with, without its graph, or
/// undefined if there was none; reading its number waits for the device.
struct TrainBatchEnd : Moment {
  static constexpr std::string_view kName = "train_batch_end";
  BatchRef batch;
  at::Tensor const& loss;
};

}  // namespace sferic::event
