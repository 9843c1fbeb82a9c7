#include <sferic/trainer/detail/training_batch.hpp>

#include <sferic/trainer/detail/autocast.hpp>
#include <sferic/trainer/detail/rank_sync.hpp>

#include <torch/nn/module.h>
#include <torch/nn/utils/clip_grad.h>

#include <stdexcept>

namespace sferic::detail {

namespace {

void clip_gradients(torch::optim::Optimizer& optimizer, TrainerOptions const& options) {
  double const limit = options.gradient_clip_val.value_or(0);
  if (limit == 0) return;
  std::vector<torch::Tensor> parameters;
  for (auto const& group : optimizer.param_groups()) {
    parameters.insert(parameters.end(), group.params().begin(), group.params().end());
  }
  switch (options.gradient_clip_algorithm) {
    case GradientClipAlgorithm::kNorm:
      torch::nn::utils::clip_grad_norm_(parameters, limit);
      break;
    case GradientClipAlgorithm::kValue:
      torch::nn::utils::clip_grad_value_(parameters, limit);
      break;
  }
}

at::Tensor training_step(LoopContext const& context, Input& input) {
  Autocast const autocast(context.device, context.options.precision);
  ManualStep step(context);
  return input.step(context.module.object, input.source->address(), step);
}

}  // namespace

std::optional<at::Tensor> train_batch(LoopContext const& context, Input& input,
                                      Accumulation accumulation) {
  if (accumulation.first) share_buffers(context);
  at::Tensor loss = training_step(context, input);
  if (input.optimizes_itself) return loss.defined() ? loss.detach() : loss;

  if (loss.defined() && accumulation.batches > 1) {
    loss = loss / static_cast<double>(accumulation.batches);
  }
  if (!loss.defined() && context.ranks) {
    throw std::invalid_argument(
        "training_step returned no loss where several processes train together, of which the "
        "others would wait for its gradients");
  }
  auto& optimizer = context.optimizers.at(0);
  if (accumulation.first) {
    context.emit<event::BeforeZeroGrad>(optimizer);
    optimizer.zero_grad();
  }
  if (loss.defined()) context.emit<event::BeforeBackward>(loss);
  if (take_skip_batch(context)) return std::nullopt;
  if (loss.defined()) backward(context, loss, accumulation.last);
  if (accumulation.last) step_optimizer(context, optimizer);
  return loss.defined() ? loss.detach() : loss;
}

void backward(LoopContext const& context, at::Tensor const& loss, bool reduces) {
  auto const scaled = context.scaler ? context.scaler->scaled(loss) : loss;
  if (context.ranks && reduces) {
    context.ranks->backward(scaled, trained_parameters(*context.module.module));
  } else {
    scaled.backward();
  }
  context.emit<event::AfterBackward>(loss);
}

void step_optimizer(LoopContext const& context, torch::optim::Optimizer& optimizer) {
  if (context.scaler) context.scaler->unscale(optimizer);
  context.emit<event::BeforeOptimizerStep>(optimizer);
  clip_gradients(optimizer, context.options);
  if (!context.scaler || context.scaler->update()) optimizer.step();
  ++context.progress.optimizer_steps;
  context.emit<event::AfterOptimizerStep>(optimizer);
}

}  // namespace sferic::detail
