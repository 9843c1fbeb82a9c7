#include <sferic/callbacks/detail/averaged_weights.hpp>

#include <sferic/checkpoint/checkpoint.hpp>

// Before torch/nn/module.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <fmt/format.h>
#include <torch/nn/module.h>
#include <torch/version.h>

#include <cstddef>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

namespace sferic::detail {

namespace {

at::TensorOptions options_of_average(at::Tensor const& weight, std::string const& device) {
  auto const type = weight.scalar_type();
  bool const is_short = type == torch::kHalf || type == torch::kBFloat16;
  auto const options = weight.options().requires_grad(false).dtype(is_short ? torch::kFloat : type);
  return device.empty() ? options : options.device(torch::Device(device));
}

/// Not a count, even where Module::to(dtype) has made it a floating-point number.
bool can_be_averaged(std::string const& name, at::Tensor const& weight) {
  return weight.defined() && (weight.is_floating_point() || weight.is_complex()) &&
         !name.ends_with("num_batches_tracked");
}

at::Tensor copy_of(at::Tensor const& tensor, at::TensorOptions const& options) {
  return tensor.detach().to(options, /*non_blocking=*/false, /*copy=*/true);
}

void move_towards(at::TensorList averages, at::TensorList weights, double share) {
#if TORCH_VERSION_MAJOR >= 2
  at::_foreach_lerp_(averages, weights, share);
#else
  if (averages.front().is_cpu()) {  // where one pass over the memory is better than two
    for (std::size_t i = 0; i < averages.size(); ++i) averages[i].lerp_(weights[i], share);
    return;
  }
  auto const differences = at::_foreach_sub(weights, averages);
  at::_foreach_add_(averages, differences, share);
#endif
}

std::string live_entry(std::string_view key, std::string const& name) {
  return fmt::format("{}/live/{}", key, name);
}

std::string average_entry(std::string_view key, std::string const& name) {
  return fmt::format("{}/average/{}", key, name);
}

}  // namespace

struct AveragedWeights::Tensors {
  Tensors(torch::nn::Module& of, AveragingOptions const& options) : module(&of) {
    auto const add = [&](auto const& named) {
      for (auto const& each : named) {
        if (!can_be_averaged(each.key(), each.value())) continue;
        names.push_back(each.key());
        weights.push_back(each.value());
        averages.push_back(copy_of(each.value(), options_of_average(each.value(), options.device)));
        are_alike = are_alike && averages.back().scalar_type() == each.value().scalar_type() &&
                    averages.back().device() == each.value().device();
      }
    };
    add(of.named_parameters());
    first_buffer = names.size();
    if (options.use_buffers) add(of.named_buffers());
  }

  bool are_swapped() const { return !live.empty(); }

  /// The weights as what their averages are.
  std::vector<at::Tensor> converted() const {
    std::vector<at::Tensor> all;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      all.push_back(weights[i].detach().to(averages[i].options()));
    }
    return all;
  }

  torch::nn::Module const* module;
  std::vector<std::string> names;
  std::size_t first_buffer = 0;     ///< those before it are parameters
  std::vector<at::Tensor> weights;  ///< the module's tensors, whatever they hold
  std::vector<at::Tensor> averages;
  std::vector<at::Tensor> live;  ///< what they held before they got the averages
  bool are_alike = true;         ///< averages are of the weights' type and device
  std::int64_t version = 0;      ///< of a weight, when they got them
};

void require_device(char const* callback, std::string const& device) {
  if (device.empty()) return;
  try {
    torch::Device const named(device);
  } catch (c10::Error const&) {
    throw std::invalid_argument(
        fmt::format("device of {} must be one of LibTorch's, but got \"{}\"", callback, device));
  }
}

AveragedWeights::AveragedWeights() = default;
AveragedWeights::AveragedWeights(AveragedWeights&&) noexcept = default;
AveragedWeights& AveragedWeights::operator=(AveragedWeights&&) noexcept = default;
AveragedWeights::~AveragedWeights() = default;

void AveragedWeights::clear() { *this = AveragedWeights(); }

void AveragedWeights::begin(torch::nn::Module& module, AveragingOptions const& options) {
  tensors_ = std::make_unique<Tensors>(module, options);
}

void AveragedWeights::update(double share) {
  if (tensors_->averages.empty()) return;
  torch::NoGradGuard const no_grad;
  if (tensors_->are_alike) return move_towards(tensors_->averages, tensors_->weights, share);
  move_towards(tensors_->averages, tensors_->converted(), share);
}

void AveragedWeights::update(Function const& average) {
  torch::NoGradGuard const no_grad;
  auto const weights = tensors_->converted();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    tensors_->averages[i].copy_(average(tensors_->averages[i], weights[i]));
  }
}

void AveragedWeights::take_buffers() {
  torch::NoGradGuard const no_grad;
  for (std::size_t i = tensors_->first_buffer; i < tensors_->weights.size(); ++i) {
    tensors_->averages[i].copy_(tensors_->weights[i]);
  }
}

void AveragedWeights::start_validation() {
  if (!tensors_) return;
  in_validation_ = true;
  swap_in();
}

void AveragedWeights::end_validation(std::string_view callback) {
  if (!std::exchange(in_validation_, false) || keeps_ || !tensors_->are_swapped()) return;
  if (tensors_->weights.front()._version() != tensors_->version) {
    throw std::runtime_error(
        fmt::format("somebody has changed the weights in a validation, where the module has the "
                    "average of {}; two callbacks that average cannot share a trainer",
                    callback));
  }
  swap_back();
}

void AveragedWeights::keep() {
  if (!tensors_) return;
  keeps_ = true;
  swap_in();
}

void AveragedWeights::give_back() {
  keeps_ = false;
  if (tensors_) swap_back();
}

void AveragedWeights::end_task() {
  if (!keeps_) give_back();
}

/// Weights may share their memory, so all are looked at before the first is changed.
void AveragedWeights::swap_in() {
  if (tensors_->are_swapped() || tensors_->weights.empty()) return;
  torch::NoGradGuard const no_grad;
  for (auto const& weight : tensors_->weights) tensors_->live.push_back(weight.detach().clone());
  for (std::size_t i = 0; i < tensors_->weights.size(); ++i) {
    tensors_->weights[i].copy_(tensors_->averages[i]);
  }
  tensors_->version = tensors_->weights.front()._version();
}

void AveragedWeights::swap_back() {
  torch::NoGradGuard const no_grad;
  for (std::size_t i = 0; i < tensors_->live.size(); ++i) {
    tensors_->weights[i].copy_(tensors_->live[i]);
  }
  tensors_->live.clear();
}

void AveragedWeights::copy_to(torch::nn::Module& module) const {
  if (!tensors_) throw std::invalid_argument("there is no average yet");
  torch::NoGradGuard const no_grad;
  auto const parameters = module.named_parameters();
  auto const buffers = module.named_buffers();
  for (std::size_t i = 0; i < tensors_->names.size(); ++i) {
    auto const& name = tensors_->names[i];
    auto const* weight = parameters.find(name);
    if (!weight) weight = buffers.find(name);
    if (!weight || weight->sizes() != tensors_->averages[i].sizes()) {
      throw std::invalid_argument(
          fmt::format("the module has no weight `{}` like the averaged one", name));
    }
    at::Tensor(*weight).copy_(tensors_->averages[i]);
  }
}

void AveragedWeights::put(Checkpoint& checkpoint, std::string_view key,
                          torch::nn::Module const& module, bool weights_only) const {
  if (!tensors_ || tensors_->module != &module) return;
  auto const& [names, weights, averages, live] =
      std::tie(tensors_->names, tensors_->weights, tensors_->averages, tensors_->live);
  bool const are_swapped = tensors_->are_swapped();
  for (std::size_t i = 0; i < names.size(); ++i) {
    bool const is_exact = averages[i].scalar_type() == weights[i].scalar_type();
    if (!are_swapped) {
      checkpoint.replace_weight(names[i], averages[i].to(weights[i].scalar_type()));
    }
    if (weights_only) continue;
    checkpoint.put(live_entry(key, names[i]), are_swapped ? live[i] : weights[i]);
    if (!is_exact) checkpoint.put(average_entry(key, names[i]), averages[i]);
  }
}

void AveragedWeights::take(Checkpoint const& checkpoint, std::string_view key,
                           torch::nn::Module& module, AveragingOptions const& options, bool keeps) {
  begin(module, options);  // of the module's weights, which are the checkpoint's
  keeps_ = keeps;
  torch::NoGradGuard const no_grad;
  if (keeps_ || in_validation_) swap_in();
  for (std::size_t i = 0; i < tensors_->names.size(); ++i) {
    auto const& name = tensors_->names[i];
    if (auto const* const average = checkpoint.find_tensor(average_entry(key, name))) {
      tensors_->averages[i].copy_(*average);
    }
    if (auto const* const live = checkpoint.find_tensor(live_entry(key, name))) {
      (tensors_->are_swapped() ? tensors_->live : tensors_->weights)[i].copy_(*live);
    }
  }
}

}  // namespace sferic::detail
