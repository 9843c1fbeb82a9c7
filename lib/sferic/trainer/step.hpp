#pragma once

#include <sferic/events/control.hpp>
#include <sferic/events/moment.hpp>
#include <sferic/events/progress.hpp>
#include <sferic/metrics/metrics.hpp>
#include <sferic/optim/optimizers.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace sferic {

namespace detail {
struct LoopContext;
}

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

  /// Log pictures, histograms and texts for loggers; see Metrics.
  void log_image(std::string_view name, at::Tensor const& pixels) {
    metrics.log_image(name, pixels);
  }
  void log_histogram(std::string_view name, at::Tensor const& values) {
    metrics.log_histogram(name, values);
  }
  void log_text(std::string_view name, std::string text) {
    metrics.log_text(name, std::move(text));
  }
};

/// A module whose training_step takes this instead of a Step optimizes by itself, with as many
/// optimizers as it likes:
///
///   void training_step(Batch const& batch, sferic::ManualStep& step) {
///     auto& optimizer = step.optimizer(0);
///     optimizer.zero_grad();
///     step.backward(loss(batch));
///     step.step(optimizer);
///   }
///
/// It clips, accumulates and steps schedulers as it sees fit; the trainer's options for these are
/// refused. There is no event::BeforeZeroGrad.
class ManualStep : public Step {
 public:
  explicit ManualStep(detail::LoopContext const& context);

  /// The optimizers of configure_optimizers(), in their order. Throws std::out_of_range.
  torch::optim::Optimizer& optimizer(std::size_t index = 0);

  /// Adds the loss's gradients, between event::BeforeBackward and event::AfterBackward.
  void backward(at::Tensor loss);

  /// Steps the optimizer, between event::BeforeOptimizerStep and event::AfterOptimizerStep.
  void step(torch::optim::Optimizer& optimizer);

 private:
  detail::LoopContext const& context_;
};

}  // namespace sferic
