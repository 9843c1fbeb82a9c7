#pragma once

#include <sferic/events/checkpoint.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>
#include <sferic/registry/stateful.hpp>
#include <sferic/signal/order.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sferic {

struct BackboneFinetuningOptions {
  /// The submodule that is trained later, by its path: "backbone" or "encoder.layers".
  std::string backbone = "backbone";

  /// The epoch, counted from 0, from whose start on it is trained. Default: 10. Range: >= 0.
  std::int64_t unfreeze_backbone_at_epoch = 10;

  /// By what the backbone's learning rate is multiplied at the start of each later epoch; it is
  /// given the number of that epoch, counted from 1. Default: by 2.
  std::function<double(std::int64_t epoch)> lambda_func = [](std::int64_t) { return 2.0; };

  /// The backbone's first learning rate, as a share of that of the optimizer's first group.
  /// Default: 0.1. Range: >= 0.
  double backbone_initial_ratio_lr = 0.1;

  /// The backbone's first learning rate itself, instead. Range: >= 0.
  std::optional<double> backbone_initial_lr = {};

  /// Let the backbone's learning rate grow up to that of the first group only. Default: true.
  bool should_align = true;

  /// Train the backbone's BatchNorm layers, before the backbone as well; else their weights and
  /// statistics stay as they are, to the end. Default: true.
  bool train_bn = true;

  /// Which optimizer trains it, where there are several. Default: 0. Range: those that there are.
  std::int64_t optimizer = 0;

  /// Write the learning rates to stderr when they change. Default: false.
  bool verbose = false;
};

/// Trains the rest of the module first, and from some epoch on its backbone, too, with a learning
/// rate of its own that grows from epoch to epoch:
///
///   trainer.add(sferic::BackboneFinetuning({.unfreeze_backbone_at_epoch = 5}));
///
/// The backbone is frozen in Setup, before configure_optimizers() is called. An optimizer that is
/// given its parameters nevertheless does without them until then; afterwards they are its last
/// group, with the optimizer's options but for the learning rate, which this callback alone sets. A
/// fit that goes on from a checkpoint has group and learning rate as they were.
///
/// As Lightning's callback of this name, with three differences: a backbone that the optimizer has
/// from the beginning gets a group and a learning rate of its own, where Lightning changes that of
/// the last group there is; BatchNorm layers stay frozen with `train_bn` false; initial_denom_lr,
/// which has no effect there, is not here (but see add_param_group()).
class BackboneFinetuning {
 public:
  static constexpr std::string_view kStateKey = "sferic::BackboneFinetuning";
  static constexpr Order kOrder = Order::kEarly;  ///< before others look at learning rates

  /// Throws std::invalid_argument if an option is out of its range.
  explicit BackboneFinetuning(BackboneFinetuningOptions options = {});

  /// Throws std::invalid_argument, naming the submodules that there are, if there is none of that
  /// name.
  void on(event::Setup const& e);

  /// Throws std::invalid_argument if there is no such optimizer.
  void on(event::FitStart const& e);

  void on(event::LoadCheckpoint const& e);
  void on(event::TrainEpochStart const& e) { start_epoch(e); }
  void on(event::TrainBatchStart const& e);
  void on(event::Teardown const&) { optimizer_ = nullptr; }

  /// Whether the backbone is trained already.
  bool is_unfrozen() const noexcept { return is_unfrozen_; }

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  /// Once in each epoch, which a fit that goes on may have begun without telling TrainEpochStart.
  void start_epoch(event::Moment const& e);

  torch::nn::Module& backbone_of(torch::nn::Module& module) const;
  void freeze_backbone(torch::nn::Module& module);
  void unfreeze_backbone(torch::nn::Module& module);
  void raise_learning_rate(std::int64_t epoch);
  void set_learning_rate();
  double main_lr() const;
  void tell() const;

  BackboneFinetuningOptions options_;
  torch::optim::Optimizer* optimizer_ = nullptr;  ///< in a fit
  std::int64_t epoch_ = -1;                       ///< begun last
  bool is_unfrozen_ = false;
  std::int64_t group_ = -1;  ///< of the backbone, if it has one
  double lr_ = 0;            ///< of the backbone
};

template <>
struct detail::StateOf<BackboneFinetuning> : detail::CompiledState<BackboneFinetuning> {};

}  // namespace sferic
