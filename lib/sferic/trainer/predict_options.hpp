#pragma once

namespace sferic {

/// What concerns one prediction.
struct PredictOptions {
  /// Keep what predict_step returns, all of it, and return it. Without that, what it returned can
  /// be seen in event::PredictBatchEnd, where a PredictionWriter writes it down for example.
  bool return_predictions = true;
};

}  // namespace sferic
