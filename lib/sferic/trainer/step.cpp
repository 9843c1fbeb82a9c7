#include <sferic/trainer/step.hpp>

#include <sferic/trainer/detail/loop_context.hpp>
#include <sferic/trainer/detail/training_batch.hpp>

#include <torch/optim/optimizer.h>

namespace sferic {

ManualStep::ManualStep(detail::LoopContext const& context)
    : Step{context.progress, context.control, context.metrics}, context_(context) {}

torch::optim::Optimizer& ManualStep::optimizer(std::size_t index) {
  return context_.optimizers.at(index);
}

void ManualStep::backward(at::Tensor loss) {
  context_.emit<event::BeforeBackward>(loss);
  detail::backward(context_, loss);
}

void ManualStep::step(torch::optim::Optimizer& optimizer) {
  detail::step_optimizer(context_, optimizer);
}

}  // namespace sferic
