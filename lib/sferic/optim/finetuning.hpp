#pragma once

#include <optional>

namespace torch::nn {
class Module;
}
namespace torch::optim {
class Optimizer;
}

namespace sferic {

struct FreezeOptions {
  /// Leave BatchNorm layers as they are: their weights are trained, and their statistics follow the
  /// data. Else they are frozen, too, and put into evaluation mode. Default: true.
  bool train_batch_norm = true;
};

/// Lets the module's parameters require no gradients, and drops those that they have, so that they
/// are not trained. Optimizers may hold them: LibTorch's leave alone what has no gradient.
void freeze(torch::nn::Module& module, FreezeOptions options = {});

/// Lets all of the module's parameters require gradients, and puts its BatchNorm layers into
/// training mode; with `train_batch_norm` false, except for those layers.
void unfreeze(torch::nn::Module& module, FreezeOptions options = {});

struct ParamGroupOptions {
  /// The learning rate. Default: that of the optimizer's first group, divided by
  /// `initial_denom_lr`. Range: >= 0.
  std::optional<double> lr = {};

  /// Default: 10. Range: above 0.
  double initial_denom_lr = 10;
};

/// Adds those parameters of the module that require gradients, and that the optimizer does not have
/// yet, as a new group, with the options that the optimizer was made with but for the learning
/// rate. Returns whether there were any. Checkpoints keep such groups by the names of their
/// parameters (of LibTorch's own optimizers but LBFGS): a fit that goes on has them without being
/// told. Throws std::invalid_argument for an option out of its range.
bool add_param_group(torch::optim::Optimizer& optimizer, torch::nn::Module const& module,
                     ParamGroupOptions options = {});

}  // namespace sferic
