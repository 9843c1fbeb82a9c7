#include <sferic/callbacks/batch_gradient_verification.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/callbacks/detail/own_random_numbers.hpp>
#include <sferic/optim/detail/module_modes.hpp>

#include <torch/autograd.h>
#include <torch/nn/modules/batchnorm.h>

#include <stdexcept>
#include <utility>
#include <vector>

namespace sferic {

namespace {

/// Gives the buffers, as the statistics of batch normalization, their values back.
class Buffers {
 public:
  explicit Buffers(torch::nn::Module const& module) {
    for (auto const& buffer : module.buffers()) {
      if (buffer.defined()) buffers_.emplace_back(buffer, buffer.detach().clone());
    }
  }
  ~Buffers() {
    torch::NoGradGuard const no_grad;
    for (auto& [buffer, value] : buffers_) buffer.copy_(value);
  }
  Buffers(Buffers const&) = delete;
  Buffers& operator=(Buffers const&) = delete;

 private:
  std::vector<std::pair<at::Tensor, at::Tensor>> buffers_;
};

void evaluate_batch_norm(torch::nn::Module& module) {
  using namespace torch::nn;
  module.apply([](Module& each) {
    if (each.as<BatchNorm1d>() || each.as<BatchNorm2d>() || each.as<BatchNorm3d>()) each.eval();
  });
}

[[noreturn]] void refuse_sample(std::string const& what) {
  throw std::invalid_argument("verify_batch_gradient() needs " + what);
}

void check_inputs(std::vector<at::Tensor> const& inputs, std::int64_t sample_idx) {
  if (inputs.empty()) refuse_sample("an input, but got none");
  for (auto const& input : inputs) {
    if (!input.defined() || input.dim() == 0 || input.size(0) < 2) {
      refuse_sample("inputs of two samples or more in their first dimension");
    }
    if (!input.is_floating_point()) {
      refuse_sample(fmt::format("inputs of a floating-point type, but got {}",
                                c10::toString(input.scalar_type())));
    }
    if (input.size(0) != inputs.front().size(0)) refuse_sample("inputs of equally many samples");
  }
  auto const samples = inputs.front().size(0);
  if (sample_idx >= 0 && sample_idx < samples) return;
  refuse_sample(fmt::format("a sample_idx in [0, {}), but got {}", samples, sample_idx));
}

/// A number that depends on what the sample's output depends on.
at::Tensor output_of(std::int64_t sample, std::vector<at::Tensor> const& outputs,
                     std::int64_t samples) {
  at::Tensor sum;
  for (auto const& output : outputs) {
    if (!output.defined() || output.dim() == 0 || output.size(0) != samples) {
      refuse_sample(fmt::format("outputs of {} samples, as there are inputs", samples));
    }
    if (!output.requires_grad()) continue;
    auto const its = output[sample].sum();
    sum = sum.defined() ? sum + its : its;
  }
  return sum;
}

BatchGradientVerdict judge(std::vector<at::Tensor> const& gradients, std::int64_t sample) {
  BatchGradientVerdict verdict;
  for (auto const& gradient : gradients) {
    if (!gradient.defined()) {  // the output does not depend on this input
      verdict.ignores_sample = true;
      continue;
    }
    auto const touched = (gradient != 0).flatten(1).any(1).to(torch::kCPU);
    bool const inside = touched[sample].item<bool>();
    if (!inside) verdict.ignores_sample = true;
    if (touched.sum().item<std::int64_t>() > std::int64_t{inside}) verdict.mixes_samples = true;
  }
  return verdict;
}

}  // namespace

std::string BatchGradientVerdict::message() const {
  if (mixes_samples) {
    return "the model mixes the samples of a batch: the output of a sample depends on others";
  }
  if (ignores_sample) return "the output of a sample does not depend on all of its inputs";
  return "";
}

BatchGradientVerdict verify_batch_gradient(torch::nn::Module& module,
                                           detail::TensorsFunction const& forward,
                                           detail::Tensors const& inputs,
                                           VerifyBatchGradientOptions const& options) {
  check_inputs(inputs.all, options.sample_idx);
  auto const& first = inputs.all.front();
  detail::RandomState numbers;
  detail::OwnRandomNumbers const own(numbers, first.device());
  detail::ModuleModes const modes(module);
  Buffers const buffers(module);
  if (!options.batch_norm) evaluate_batch_norm(module);

  torch::AutoGradMode const with_gradients(true);
  std::vector<at::Tensor> leaves;
  for (auto const& input : inputs.all) {
    leaves.push_back(input.detach().clone().requires_grad_(true));
  }
  auto const output = output_of(options.sample_idx, forward(leaves).all, first.size(0));
  if (!output.defined()) return {.ignores_sample = true};
  // Not backward(), which would add to the parameters' gradients.
  auto const gradients = torch::autograd::grad({output}, leaves, {}, /*retain_graph=*/false,
                                               /*create_graph=*/false, /*allow_unused=*/true);
  return judge(gradients, options.sample_idx);
}

BatchGradientVerification::BatchGradientVerification(detail::BatchFunction<detail::Tensors> inputs,
                                                     detail::TensorsFunction forward,
                                                     BatchGradientVerificationOptions options)
    : inputs_(std::move(inputs)), forward_(std::move(forward)), options_(options) {
  detail::require(options.sample_idx >= 0, "BatchGradientVerification", "sample_idx", ">= 0",
                  options.sample_idx);
}

void BatchGradientVerification::on(event::TrainBatchStart const& e) {
  if (verdict_) return;
  verdict_ =
      verify_batch_gradient(e.module, forward_, inputs_(e.batch, "BatchGradientVerification"),
                            {.sample_idx = options_.sample_idx, .batch_norm = options_.batch_norm});
  if (verdict_->ok()) return;
  auto const message = "BatchGradientVerification: " + verdict_->message();
  if (options_.error) throw std::runtime_error(message);
  if (options_.warn) TORCH_WARN(message);
}

}  // namespace sferic
