#pragma once

#include <sferic/events/control.hpp>
#include <sferic/events/progress.hpp>
#include <sferic/metrics/metrics.hpp>

#include <string_view>
#include <utility>

namespace sferic {

/// What a module's step may know and say, beside its batch:
///
///   torch::Tensor training_step(Batch const& batch, sferic::Step& step) {
///     ...
///     step.log("train_loss", loss);
///     return loss;
///   }
struct Step {
  Progress const& progress;
  Control& control;
  Metrics& metrics;

  /// Logs a value by name; see Metrics::log.
  template <class Value>
  void log(std::string_view name, Value const& value, LogOptions options = {}) {
    metrics.log(name, value, std::move(options));
  }
};

}  // namespace sferic
