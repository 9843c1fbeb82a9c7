#include <sferic/checkpoint/detail/module_state.hpp>

#include <fmt/format.h>

#include <set>
#include <sstream>
#include <utility>

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

void check_names(std::vector<Weight> const& weights, CheckpointContent const& content) {
  std::set<std::string> names;
  for (auto const& weight : weights) names.insert(weight.name);
  for (auto const& stored : content.weights) {
    if (names.erase(stored.name) == 0) {
      content.fail(path_of(stored.name), "is not in the module");
    }
  }
  if (!names.empty()) content.fail(path_of(*names.begin()), "is missing");
}

}  // namespace

void put_module(torch::nn::Module const& module, CheckpointContent& content) {
  content.weights = weights_of(module);
}

Restore restore_module(torch::nn::Module& module, CheckpointContent const& content) {
  auto const weights = weights_of(module);
  check_names(weights, content);
  std::vector<std::pair<at::Tensor, at::Tensor>> copies;
  for (auto const& stored : content.weights) {
    auto const own = std::find_if(weights.begin(), weights.end(),
                                  [&](Weight const& each) { return each.name == stored.name; });
    if (!are_alike(own->tensor, stored.tensor)) {
      content.fail(path_of(stored.name),
                   fmt::format("is {}, but the module's is {}", described(stored.tensor),
                               described(own->tensor)));
    }
    copies.emplace_back(own->tensor, stored.tensor);
  }
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
    content.values[kGradients + each.key()] =
        values ? CheckpointValue(gradient) : CheckpointValue(std::int64_t{0});
  }
}

Restore restore_gradients(torch::nn::Module& module, CheckpointContent const& content) {
  std::vector<std::pair<at::Tensor, at::Tensor>> gradients;
  for (auto const& each : module.named_parameters()) {
    auto const path = kGradients + each.key();
    if (!content.values.contains(path)) {
      gradients.emplace_back(each.value(), at::Tensor());
    } else if (auto const* const stored = content.find<at::Tensor>(path)) {
      if (!are_alike(each.value(), *stored)) content.fail(path, "does not fit its parameter");
      gradients.emplace_back(each.value(), stored->to(each.value().device()));
    } else {
      gradients.emplace_back(each.value(), torch::zeros_like(each.value()));
    }
  }
  return [gradients] {
    for (auto const& [parameter, gradient] : gradients) parameter.mutable_grad() = gradient;
  };
}

}  // namespace sferic::detail
