#pragma once

#include <stdexcept>

#include "distributed/scenario.hpp"

namespace sferic::test {

inline torch::Tensor gradients(torch::nn::Module const& module) {
  Tensors flat;
  for (auto const& each : module.parameters()) flat.push_back(each.grad().flatten());
  return torch::cat(flat);
}

/// Each rank has samples of its own.
inline torch::Tensor loss_of_rank(Net& net, std::int64_t rank) {
  auto const all = samples(8 * (rank + 1));
  return net.loss({all.data.slice(0, 8 * rank), all.target.slice(0, 8 * rank)});
}

/// What the same backward pass gives again and again, where there are no gradients before it, and
/// where they are zero.
inline Tensors repeat_a_backward_pass(Layout const& layout) {
  Net net;
  auto const parameters = net.parameters();
  torch::optim::SGD optimizer(parameters, 0.1);
  Tensors taken;
  auto const take = [&] {
    layout.ranks->backward(loss_of_rank(net, layout.rank()), parameters);
    taken.push_back(gradients(net));
  };
  take();
  optimizer.zero_grad();
  take();
  net.zero_grad(/*set_to_none=*/false);
  take();
  net.zero_grad(/*set_to_none=*/true);
  take();
  return taken;
}

/// Zeroes the gradients after a backward pass that came to the last of them only.
inline Tensors zero_after_an_error(Layout const& layout) {
  Net net;
  auto const parameters = net.parameters();
  torch::optim::SGD optimizer(parameters, 0.1);
  parameters.front().register_hook(
      [](at::Tensor const&) -> at::Tensor { throw std::domain_error("on purpose"); });
  try {
    layout.ranks->backward(loss_of_rank(net, layout.rank()), parameters);
  } catch (std::domain_error const&) {
    optimizer.zero_grad();
    layout.ranks->wait_for_all();
    return {torch::ones(1)};
  }
  return {};
}

}  // namespace sferic::test
