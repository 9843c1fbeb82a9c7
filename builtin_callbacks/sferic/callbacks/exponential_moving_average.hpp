#pragma once

#include <sferic/callbacks/detail/averaged_weights.hpp>
#include <sferic/events/checkpoint.hpp>
#include <sferic/events/optimization.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>
#include <sferic/events/validation.hpp>
#include <sferic/registry/stateful.hpp>
#include <sferic/signal/order.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sferic {

struct ExponentialMovingAverageOptions {
  /// The share of the average that stays in an update: average = decay * average + (1 - decay) *
  /// weight. Default: 0.999, which averages over some 1000 updates. Range: 0 to below 1.
  double decay = 0.999;

  /// Begin with a smaller decay, min(decay, (1 + n) / (10 + n)) after n updates, so that the
  /// average soon forgets the first weights. Default: false.
  bool warm_up = false;

  /// Update with each so many steps: those of the numbers 0, n, 2n, .... Default: 1. Range: >= 1.
  std::int64_t update_every_n_steps = 1;

  /// The step and the epoch, counted from 0, before which there is no average; both must be
  /// reached. Default: 0. Range: >= 0.
  std::int64_t update_starting_at_step = 0;
  std::int64_t update_starting_at_epoch = 0;

  /// Average floating-point buffers, too, as the statistics of BatchNorm; else they are the
  /// module's as they are. Default: true.
  bool use_buffers = true;

  /// Where the averages are kept, as "cpu" or "cuda:1". Default: where the weights are; elsewhere
  /// each update waits for a copy.
  std::string device = {};

  /// Leave the averages in the module at the end of the training; else only checkpoints and
  /// copy_to() give them. Default: true.
  bool copy_at_end = true;
};

/// Keeps an exponential moving average of the weights, which often generalizes better than the last
/// weights themselves:
///
///   trainer.add(sferic::ExponentialMovingAverage({.decay = 0.9999}));
///
/// It is updated after each batch that has made an optimizer step, be it with several optimizers;
/// the first update copies the weights. The module has the averages from ValidationStart to
/// ValidationEnd of each validation in the training, and after its end; they are what checkpoints
/// have as the module's weights, beside its own in entries from which a fit goes on exactly. An
/// error gives the module its own weights back in Teardown. Each fit begins anew, unless it goes on
/// from a checkpoint. The average of a float16 or bfloat16 weight is a float32.
///
/// As Lightning's EMAWeightAveraging, where update_starting_at_epoch adds updates at the ends of
/// epochs to those from the first step on; here there are none before it. The warm-up is
/// TensorFlow's.
class ExponentialMovingAverage {
 public:
  static constexpr std::string_view kStateKey = "sferic::ExponentialMovingAverage";
  static constexpr Order kOrder = Order::kEarly;  ///< others shall see the module as it is to be

  /// Throws std::invalid_argument if an option is out of its range.
  explicit ExponentialMovingAverage(ExponentialMovingAverageOptions options = {});

  void on(event::FitStart const& e);
  void on(event::AfterOptimizerStep const&) { has_stepped_ = true; }
  void on(event::TrainBatchEnd const& e);
  void on(event::ValidationStart const& e);

  /// Throws std::runtime_error if the weights have been changed in the validation.
  void on(event::ValidationEnd const& e);

  void on(event::TrainEnd const&) { finish(); }
  void on(event::FitEnd const&) { finish(); }
  void on(event::SaveCheckpoint const& e);
  void on(event::LoadCheckpoint const& e);
  void on(event::Teardown const& e);

  /// The number of updates, the first copy included.
  std::int64_t updates() const noexcept { return updates_; }

  /// Copies the averages to the weights of the same names. Throws std::invalid_argument if there
  /// was no update yet, or `module` has not such weights.
  void copy_to(torch::nn::Module& module) const { average_.copy_to(module); }

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  void update(event::Moment const& e);
  double decay() const;
  void finish();

  ExponentialMovingAverageOptions options_;
  bool fits_ = false;
  bool has_stepped_ = false;  ///< in this batch
  std::int64_t steps_ = 0;    ///< batches that have stepped
  std::int64_t updates_ = 0;
  detail::AveragedWeights average_;
};

template <>
struct detail::StateOf<ExponentialMovingAverage> : detail::CompiledState<ExponentialMovingAverage> {
};

}  // namespace sferic
