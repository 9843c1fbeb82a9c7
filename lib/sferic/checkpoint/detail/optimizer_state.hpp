#pragma once

#include <sferic/checkpoint/detail/content.hpp>
#include <sferic/checkpoint/detail/restoring.hpp>

#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include <cstddef>
#include <optional>

namespace sferic::detail {

/// Puts an optimizer under "optimizers/<index>". Of LibTorch's own types: the options, and what is
/// kept of each parameter, by the parameters' names. Of any other, LBFGS and types derived from
/// LibTorch's among them: the learning rates; the rest is its archive_entry().
void put_optimizer(torch::optim::Optimizer const& optimizer, std::size_t index,
                   torch::nn::Module const& module, CheckpointContent& content);

/// Restores what was put, of LibTorch's own types the groups of parameters included. Throws
/// CheckpointError if it was another type of optimizer, or is about parameters that there are not.
Restore restore_optimizer(torch::optim::Optimizer& optimizer, std::size_t index,
                          torch::nn::Module const& module, CheckpointContent const& content);

/// The archive that an optimizer's own save() makes, for types that put_optimizer() does not know.
std::optional<StateEntry> archive_entry(torch::optim::Optimizer& optimizer, std::size_t index);

}  // namespace sferic::detail
