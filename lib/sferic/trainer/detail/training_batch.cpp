#include <sferic/trainer/detail/training_batch.hpp>

#include <torch/nn/utils/clip_grad.h>

namespace sferic::detail {

namespace {

void clip_gradients(torch::optim::Optimizer& optimizer, TrainerOptions const& options) {
  if (!options.gradient_clip_val) return;
  std::vector<torch::Tensor> parameters;
  for (auto const& group : optimizer.param_groups()) {
    parameters.insert(parameters.end(), group.params().begin(), group.params().end());
  }
  switch (options.gradient_clip_algorithm) {
    case GradientClipAlgorithm::kNorm:
      torch::nn::utils::clip_grad_norm_(parameters, *options.gradient_clip_val);
      break;
    case GradientClipAlgorithm::kValue:
      torch::nn::utils::clip_grad_value_(parameters, *options.gradient_clip_val);
      break;
  }
}

void step(LoopContext const& context, torch::optim::Optimizer& optimizer) {
  context.emit<event::BeforeOptimizerStep>(optimizer);
  clip_gradients(optimizer, context.options);
  optimizer.step();
  ++context.progress.optimizer_steps;
  context.emit<event::AfterOptimizerStep>(optimizer);
}

}  // namespace

bool train_batch(LoopContext const& context, Input& input, torch::optim::Optimizer& optimizer,
                 Accumulation accumulation) {
  auto its_step = context.step();
  at::Tensor loss = input.step(context.module.object, input.source->address(), its_step);
  if (loss.defined() && accumulation.batches > 1) {
    loss = loss / static_cast<double>(accumulation.batches);
  }

  if (accumulation.first) {
    context.emit<event::BeforeZeroGrad>(optimizer);
    optimizer.zero_grad();
  }
  if (loss.defined()) context.emit<event::BeforeBackward>(loss);
  if (context.control.take_skip_batch()) return false;
  if (loss.defined()) {
    loss.backward();
    context.emit<event::AfterBackward>(loss);
  }
  if (accumulation.last) step(context, optimizer);

  if (loss.defined()) loss = loss.detach();
  context.emit<event::TrainBatchEnd>(input.source->batch(), loss);
  return true;
}

}  // namespace sferic::detail
