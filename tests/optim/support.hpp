#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "support/message_of.hpp"

/// What the tests of schedulers share.
namespace sferic::test {

/// An optimizer with a parameter group of one parameter for each learning rate.
inline torch::optim::SGD sgd(std::vector<double> const& rates = {1}) {
  std::vector<torch::optim::OptimizerParamGroup> groups;
  for (double const rate : rates) {
    groups.emplace_back(std::vector<torch::Tensor>{torch::zeros({1})},
                        std::make_unique<torch::optim::SGDOptions>(rate));
  }
  return torch::optim::SGD(groups, torch::optim::SGDOptions(rates.front()));
}

inline double rate_of(torch::optim::Optimizer& optimizer, std::size_t group = 0) {
  return optimizer.param_groups().at(group).options().get_lr();
}

}  // namespace sferic::test
