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
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sferic {

struct StochasticWeightAveragingOptions {
  /// The learning rate to average with: one for all of the optimizer's groups, or one for each.
  /// Must be given. Range: above 0.
  std::vector<double> swa_lrs = {};

  /// With which epoch the averaging begins, counted from 1, or as a floating-point number the share
  /// of max_epochs that this is: 8 and 0.8 of 10 epochs are the same. Default: 0.8. Range: >= 1; 0
  /// to 1.
  std::variant<double, std::int64_t> swa_epoch_start = 0.8;

  /// How many epochs it takes the learning rate to get from what it was to `swa_lrs`; the first of
  /// them still has the old one. With 0 it is `swa_lrs` at once. Default: 10. Range: >= 0.
  std::int64_t annealing_epochs = 10;

  /// How it gets there: "cos" or "linear". Default: "cos".
  std::string annealing_strategy = "cos";

  /// Makes a new average out of the present one, the weight, and the number of weights averaged so
  /// far, >= 1. Default: the mean of them all.
  std::function<at::Tensor(at::Tensor const& average, at::Tensor const& weight,
                           std::int64_t averaged)>
      avg_fn = {};

  /// Where the averages are kept, as "cpu" or "cuda:1". Default: where the weights are.
  std::string device = {};
};

/// Averages the weights at the ends of the last epochs, which a learning rate of their own lets
/// wander around the best ones (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and
/// Better Generalization"):
///
///   trainer.add(sferic::StochasticWeightAveraging({.swa_lrs = {0.05}}));
///
/// From the epoch on with which the averaging begins, the learning rate is set by this callback
/// before each batch, whatever schedulers make of it. The weights at the end of each such epoch are
/// averaged: where the loader's length is known, before the validation that belongs to it, and not
/// of an epoch that is ended before its last batch. The module has the averages from
/// ValidationStart to ValidationEnd of each validation, and after the training; they are what
/// checkpoints have as the module's weights, beside its own in entries from which a fit goes on
/// exactly.
///
/// The statistics of BatchNorm layers do not belong to averaged weights. They are averaged as well,
/// and after the last of max_epochs one more epoch computes them anew, over all its batches: the
/// module has the averages, its backward passes are left out, and its optimizer steps change
/// nothing. Layers in evaluation mode keep theirs. A training that is ended before it warns. A
/// training_step must do without the gradients in that epoch.
///
/// As Lightning's callback of this name, but for this: there the weights at the end of the last
/// epoch are not averaged, in place of them those before the first one; validations and checkpoints
/// do without the averages; and a fit that goes on begins its statistics anew.
class StochasticWeightAveraging {
 public:
  static constexpr std::string_view kStateKey = "sferic::StochasticWeightAveraging";
  static constexpr Order kOrder = Order::kEarly;  ///< others shall see the module as it is to be

  /// Throws std::invalid_argument if an option is missing or out of its range.
  explicit StochasticWeightAveraging(StochasticWeightAveragingOptions options);

  /// Throws std::invalid_argument if there are several optimizers, or other numbers of groups and
  /// learning rates, or if it is to begin with a share of unlimited epochs.
  void on(event::FitStart const& e);

  void on(event::TrainEpochStart const& e);
  void on(event::TrainBatchStart const& e);
  void on(event::BeforeBackward const& e);
  void on(event::BeforeOptimizerStep const& e);
  void on(event::TrainBatchEnd const& e);
  void on(event::ValidationStart const& e);

  /// Throws std::runtime_error if the weights have been changed in the validation.
  void on(event::ValidationEnd const& e);

  void on(event::TrainEpochEnd const& e);
  void on(event::TrainEnd const& e);
  void on(event::FitEnd const&) { average_.keep(); }
  void on(event::SaveCheckpoint const& e);
  void on(event::LoadCheckpoint const& e);
  void on(event::Teardown const& e);

  /// How many epochs' weights are averaged.
  std::int64_t averaged() const noexcept { return averaged_; }

  /// Copies the averages to the weights of the same names. Throws std::invalid_argument if there
  /// are none yet, or `module` has not such weights.
  void copy_to(torch::nn::Module& module) const { average_.copy_to(module); }

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  struct BatchNormPass;

  /// Once in each epoch, which a fit that goes on may have begun without telling TrainEpochStart.
  void start_epoch(event::Moment const& e);

  void set_learning_rates(std::int64_t epoch);
  void average(event::Moment const& e);
  void start_pass(event::Moment const& e);

  StochasticWeightAveragingOptions options_;
  torch::optim::Optimizer* optimizer_ = nullptr;  ///< in a fit
  bool is_trial_ = false;
  std::int64_t start_ = 0;                       ///< the first epoch to average
  std::optional<std::int64_t> pass_epoch_ = {};  ///< the one that computes statistics anew
  std::shared_ptr<BatchNormPass> pass_;          ///< in that epoch

  std::int64_t epoch_ = -1;  ///< begun last
  std::int64_t averaged_ = 0;
  std::int64_t last_epoch_ = -1;     ///< averaged last
  std::int64_t began_in_ = -1;       ///< the epoch
  std::vector<double> initial_lrs_;  ///< by group
  bool in_pass_ = false;
  detail::AveragedWeights average_;
};

template <>
struct detail::StateOf<StochasticWeightAveraging>
    : detail::CompiledState<StochasticWeightAveraging> {};

}  // namespace sferic
