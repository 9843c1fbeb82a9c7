#pragma once

#include <sferic/callbacks/detail/histogram_outlet.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sferic {

/// Tensors by key or index: "data", "0", "0/mask".
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

struct TrainingDataMonitorOptions {
  /// Batches of an epoch from one look to the next. Range: >= 1. Default: the trainer's.
  std::optional<std::int64_t> log_every_n_steps = {};

  /// The tensors of a batch. Default: a tensor itself, which has no name; `data` and `target` of a
  /// torch::data::Example<>; by index those of a pair, of a tuple of up to four tensors, and of a
  /// std::vector of tensors or examples; those of a std::map or std::unordered_map by their keys.
  ///
  ///   .tensors = [](sferic::BatchRef batch) {
  ///     return sferic::NamedTensors{{"images", batch.get<MyBatch>().images}};
  ///   }
  std::function<NamedTensors(BatchRef batch)> tensors = {};
};

/// Logs how the values of the batches to be trained are spread: at the start of each
/// log_every_n_steps-th batch of an epoch, a histogram of each of its tensors, named
/// `training_step/data/[32, 1, 8, 8]` by key or index and shape.
///
///   trainer.add(sferic::TrainingDataMonitor({.log_every_n_steps = 100}));
///
/// Where no logger takes histograms, a warning says so, once. As Lightning Bolts' callback of this
/// name.
class TrainingDataMonitor {
 public:
  /// Throws std::invalid_argument for an option out of its range.
  explicit TrainingDataMonitor(TrainingDataMonitorOptions options = {});

  void on(event::FitStart const& e) { outlet_.begin_fit(e.plan); }

  /// Throws std::invalid_argument for a batch whose tensors cannot be found, or are not real
  /// numbers.
  void on(event::TrainBatchStart const& e);

 private:
  TrainingDataMonitorOptions options_;
  detail::HistogramOutlet outlet_;
};

}  // namespace sferic
