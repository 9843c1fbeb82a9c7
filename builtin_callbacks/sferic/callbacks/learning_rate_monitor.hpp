#pragma once

#include <sferic/events/train.hpp>
#include <sferic/optim/optimizers.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sferic {

struct LearningRateMonitorOptions {
  /// Log at the start of each epoch, or of each training batch. Default: each learning rate as
  /// often as its scheduler may change it, and both for an optimizer without a scheduler.
  std::optional<Interval> logging_interval = {};

  /// Log the momentum, too (of Adam and AdamW: the first beta; 0 for an optimizer without one), as
  /// `NAME-momentum`.
  bool log_momentum = false;

  /// Log the weight decay, too, as `NAME-weight_decay`.
  bool log_weight_decay = false;
};

/// Logs the learning rates, for the progress bar to ignore and for loggers to write. As Lightning's
/// callback of this name.
///
/// A learning rate is named by its schedule's `name`, or `lr-Adam` by the optimizer's type; the
/// next optimizer of that type is `lr-Adam-1`. Where an optimizer has several groups of parameters,
/// `/pg1`, `/pg2`, ... follows.
class LearningRateMonitor {
 public:
  explicit LearningRateMonitor(LearningRateMonitorOptions options = {}) : options_(options) {}

  void on(event::TrainStart const& e);
  void on(event::TrainEpochStart const& e);
  void on(event::TrainBatchStart const& e);

 private:
  struct Watched {
    torch::optim::Optimizer* optimizer;
    std::optional<Interval> interval;  ///< of its scheduler, if it has one
    std::string name;
    std::vector<std::string> names;  ///< by group
  };

  /// Logs what belongs to this interval.
  void log(event::Moment const& e, Interval interval);

  LearningRateMonitorOptions options_;
  std::vector<Watched> watched_;
};

}  // namespace sferic
