#include <sferic/trainer/detail/training_batch.hpp>

namespace sferic::detail {

bool train_batch(LoopContext const& context, Input& input, torch::optim::Optimizer& optimizer) {
  auto step = context.step();
  at::Tensor loss = input.step(context.module.object, input.source->address(), step);

  context.emit<event::BeforeZeroGrad>(optimizer);
  optimizer.zero_grad();
  if (loss.defined()) context.emit<event::BeforeBackward>(loss);
  if (context.control.take_skip_batch()) return false;
  if (loss.defined()) {
    loss.backward();
    context.emit<event::AfterBackward>(loss);
  }

  context.emit<event::BeforeOptimizerStep>(optimizer);
  optimizer.step();
  ++context.progress.optimizer_steps;
  context.emit<event::AfterOptimizerStep>(optimizer);

  if (loss.defined()) loss = loss.detach();
  context.emit<event::TrainBatchEnd>(input.source->batch(), loss);
  return true;
}

}  // namespace sferic::detail
