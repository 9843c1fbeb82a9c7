#pragma once

#include <sferic/events/optimization.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sferic {

struct BYOLMAWeightUpdateOptions {
  /// How much the target keeps of itself in the first update. Default: 0.996. Range: [0, 1].
  double initial_tau = 0.996;

  /// The paths of the two networks among the module's submodules, as "encoder.online".
  std::string online_network = "online_network";
  std::string target_network = "target_network";

  /// The number of optimizer steps after which tau is 1. Default: what the fit has in all. Must be
  /// given where the length of the loader or max_epochs is not known, or where max_steps ends the
  /// fit before. Range: >= 1.
  std::optional<std::int64_t> total_steps = {};
};

/// Lets a target network follow an online network, as BYOL needs it:
///
///   trainer.add(sferic::BYOLMAWeightUpdate({.initial_tau = 0.99}));
///
/// After each optimizer step
///
///   target = tau * target + (1 - tau) * online
///
/// for all parameters, of which the two networks must have the same; buffers, as the statistics of
/// batch normalization, are left alone. From initial_tau, tau grows to 1 by
///
///   tau = 1 - (1 - initial_tau) * (cos(pi * x) + 1) / 2
///
/// where x is the share of the fit's batches that were done before the present one, or with
/// total_steps of those steps. (With gradients accumulated over several batches there is one update
/// for all of them, and tau still reaches 1; with several optimizers there is one for each of their
/// steps.) That the target begins as a copy of the online network, and is not trained itself, is up
/// to the module.
///
/// From "Bootstrap your own latent", arXiv:2006.07733, and the callback of this name in Lightning
/// Bolts, which updates once a batch, and does not reach 1 where gradients are accumulated. There
/// is no state to be kept: tau follows from the progress of the training.
class BYOLMAWeightUpdate {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit BYOLMAWeightUpdate(BYOLMAWeightUpdateOptions options = {});

  /// Two modules in place of the paths; they must outlive the callback.
  BYOLMAWeightUpdate(torch::nn::Module& online, torch::nn::Module& target,
                     BYOLMAWeightUpdateOptions options = {});

  /// Throws std::invalid_argument if there is no submodule of that path, naming those that there
  /// are, or if the parameters of the two differ.
  void on(event::FitStart const& e);

  /// Throw std::invalid_argument if total_steps must be given.
  void on(event::TrainEpochStart const& e);
  void on(event::AfterOptimizerStep const& e);

  /// The tau of the last update; before the first one initial_tau.
  double current_tau() const noexcept { return tau_; }

 private:
  void pair(torch::nn::Module& module);
  double tau_at(Progress const& progress) const;

  BYOLMAWeightUpdateOptions options_;
  torch::nn::Module* given_online_ = nullptr;
  torch::nn::Module* given_target_ = nullptr;
  std::vector<at::Tensor> online_;
  std::vector<at::Tensor> target_;
  double tau_;
};

}  // namespace sferic
