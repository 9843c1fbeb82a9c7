#pragma once

#include <sferic/events/batch_ref.hpp>
#include <sferic/events/moment.hpp>

#include <string_view>

namespace sferic::event {

/// The module is in evaluation mode and no gradients are recorded, until PredictEnd.
struct PredictStart : Moment {
  static constexpr std::string_view kName = "predict_start";
};

/// The prediction is over.
struct PredictEnd : Moment {
  static constexpr std::string_view kName = "predict_end";
};

/// The pass over all loaders begins.
struct PredictEpochStart : Moment {
  static constexpr std::string_view kName = "predict_epoch_start";
};

/// The pass over all loaders has ended.
struct PredictEpochEnd : Moment {
  static constexpr std::string_view kName = "predict_epoch_end";
};

/// A batch is about to be predicted; `progress.loader` says of which loader.
struct PredictBatchStart : Moment {
  static constexpr std::string_view kName = "predict_batch_start";
  BatchRef batch;
};

/// A batch has been predicted; `output` is what the step returned, undefined if nothing.
struct PredictBatchEnd : Moment {
  static constexpr std::string_view kName = "predict_batch_end";
  BatchRef batch;
  at::Tensor const& output;
};

}  // namespace sferic::event
