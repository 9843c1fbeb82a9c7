#pragma once

#include <sferic/checkpoint/detail/content.hpp>
#include <sferic/checkpoint/detail/restoring.hpp>

#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include <cstddef>

namespace sferic::detail {

/// Puts an optimizer of LibTorch's under "optimizers/<index>": its options and what it keeps of
/// each parameter, by the parameters' names. Any other type, LBFGS among them, is put as the
/// archive that its own save() makes.
void put_optimizer(torch::optim::Optimizer const& optimizer, std::size_t index,
                   torch::nn::Module const& module, CheckpointContent& content);

/// Restores what was put, the groups of parameters included. Throws CheckpointError if it was
/// another type of optimizer, or is about parameters that there are not.
Restore restore_optimizer(torch::optim::Optimizer& optimizer, std::size_t index,
                          torch::nn::Module const& module, CheckpointContent const& content);

/// Whether restore_optimizer() can do it; if not, the optimizer's own archive is a state to load.
bool is_put_by_field(torch::optim::Optimizer const& optimizer);

/// The optimizer's own archive.
StateEntry archive_entry(torch::optim::Optimizer& optimizer, std::size_t index);

}  // namespace sferic::detail
