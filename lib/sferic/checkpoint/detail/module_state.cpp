#include <sferic/checkpoint/detail/module_state.hpp>

#include <fmt/format.h>

#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace sferic::detail {

namespace {

constexpr char const* kGradients = "gradients/";

std::string described(at::Tensor const& tensor) {
  std::ostringstream text;
  text << tensor.scalar_type() << tensor.sizes();
  return text.str();
}

bool are_alike(at::Tensor const& left, at::Tensor const& right) {
  return left.sizes() == right.sizes() && left.scalar_type() == right.scalar_type();
}

std::vector<Weight> weights_of(torch::nn::Module const& module) {
  std::vector<Weight> weights;
  for (auto const& each : module.named_parameters()) {
    weights.push_back({each.key(), each.value(), false});
  }
  for (auto const& each : module.named_buffers()) {
    if (each.value().defined()) weights.push_back({each.key(), each.value(), true});
  }
  return weights;
}

std::string path_of(std::string const& weight) { return "module/" + weight; }

}  // namespace

void put_module(torch::nn::Module const& module, CheckpointContent& content) {
  content.weights = weights_of(module);
}

Restore restore_module(torch::nn::Module& module, CheckpointContent const& content) {
  std::map<std::string, at::Tensor> left;
  for (auto const& weight : weights_of(module)) left.emplace(weight.name, weight.tensor);
  std::vector<std::pair<at::Tensor, at::Tensor>> copies;
  for (auto const& stored : content.weights) {
    auto const own = left.extract(stored.name);
    if (!own) content.fail(path_of(stored.name), "is not in the module");
    if (!are_alike(own.mapped(), stored.tensor)) {
      content.fail(path_of(stored.name),
                   fmt::format("is {}, but the module's is {}", described(stored.tensor),
                               described(own.mapped())));
    }
    copies.emplace_back(own.mapped(), stored.tensor);
  }
  if (!left.empty()) content.fail(path_of(left.begin()->first), "is missing");
  return [copies] {
    torch::NoGradGuard const no_grad;
    for (auto const& [own, stored] : copies) {
      own.copy_(stored);
      if (own.is_leaf()) own.requires_grad_(stored.requires_grad());
    }
  };
}

void put_gradients(torch::nn::Module const& module, bool values, CheckpointContent& content) {
  for (auto const& each : module.named_parameters()) {
    auto const& gradient = each.value().grad();
    if (!gradient.defined()) continue;
    auto const dense = gradient.is_sparse() ? gradient.to_dense() : gradient;
    content.values[kGradients + each.key()] =
        values ? CheckpointValue(dense) : CheckpointValue(std::int64_t{0});
  }
}

Restore restore_gradients(torch::nn::Module& module, CheckpointContent const& content) {
  torch::NoGradGuard const no_grad;
  std::vector<std::pair<at::Tensor, at::Tensor>> gradients;
  for (auto const& each : module.named_parameters()) {
    auto const path = kGradients + each.key();
    if (!content.values.contains(path)) {
      gradients.emplace_back(each.value(), at::Tensor());
    } else if (auto const* const stored = content.find<at::Tensor>(path)) {
      if (!are_alike(each.value(), *stored)) content.fail(path, "does not fit its parameter");
      gradients.emplace_back(each.value(), torch::empty_like(each.value()).copy_(*stored));
    } else {
      gradients.emplace_back(each.value(), torch::zeros_like(each.value()));
    }
  }
  return [gradients] {
    for (auto const& [parameter, gradient] : gradients) parameter.mutable_grad() = gradient;
  };
}

}  // namespace sferic::detail
