#include <sferic/callbacks/gradient_accumulation_scheduler.hpp>
#include <sferic/callbacks/learning_rate_monitor.hpp>
#include <sferic/trainer/tensor_loader.hpp>
#include <sferic/trainer/trainer.hpp>

#include <torch/torch.h>

#include "conformance/training_case.hpp"

namespace sferic::conformance {

namespace {

torch::Tensor tensor_of(Matrix const& rows) {
  std::vector<torch::Tensor> tensors;
  for (auto const& row : rows) tensors.push_back(torch::tensor(row, torch::kDouble));
  return torch::stack(tensors);
}

Matrix matrix_of(torch::Tensor const& tensor) {
  Matrix rows;
  for (auto const& row : tensor.detach().contiguous().unbind()) {
    rows.emplace_back(row.data_ptr<double>(), row.data_ptr<double>() + row.numel());
  }
  return rows;
}

class LinearModule : public torch::nn::Module {
 public:
  explicit LinearModule(TrainingConfig const& config)
      : weight(register_parameter("weight", tensor_of(config.weight))), config_(config) {}

  torch::Tensor training_step(torch::data::Example<> const& batch) {
    ++training_steps;
    return torch::mse_loss(torch::linear(batch.data, weight), batch.target);
  }

  Optimizers configure_optimizers() {
    Optimizers optimizers;
    auto const lr = config_.lr;
    switch (config_.optimizer) {
      case TrainingConfig::Optimizer::kSGD:
        optimizers.add(torch::optim::SGD(parameters(),
                                         torch::optim::SGDOptions(lr).momentum(config_.momentum)));
        break;
      case TrainingConfig::Optimizer::kAdam:
        optimizers.add(torch::optim::Adam(parameters(), torch::optim::AdamOptions(lr)));
        break;
      case TrainingConfig::Optimizer::kAdamW:
        optimizers.add(torch::optim::AdamW(parameters(), torch::optim::AdamWOptions(lr)));
    }
    if (auto const& scheduler = config_.scheduler) {
      auto& optimizer = optimizers.at(0);
      torch::optim::StepLR step_lr(optimizer, static_cast<unsigned>(scheduler->step_size),
                                   scheduler->gamma);
      optimizers.schedule(optimizer, std::move(step_lr),
                          {.interval = scheduler->interval, .frequency = scheduler->frequency});
    }
    return optimizers;
  }

  torch::Tensor weight;
  std::int64_t training_steps = 0;

 private:
  TrainingConfig const& config_;
};

}  // namespace

TrainingResult run(TrainingConfig const& config) {
  TrainingResult result;
  LinearModule module(config);
  Trainer trainer(config.trainer);
  if (config.accumulation_schedule) {
    trainer.add(GradientAccumulationScheduler({.scheduling = *config.accumulation_schedule}));
  }
  if (config.monitor) {
    trainer.add(LearningRateMonitor({.logging_interval = config.monitor->logging_interval,
                                     .log_momentum = config.monitor->log_momentum}));
  }
  trainer.on<event::AfterOptimizerStep>(
      [&](auto const&) { result.stepped_after.push_back(module.training_steps); });
  trainer.on<event::MetricsLogged>([&](auto const& e) {
    auto& row = result.rows.emplace_back(LoggedRow{.step = e.step});
    for (auto const& value : e.values) row.values[value.name] = value.value;
  });
  trainer.fit(module, TensorLoader(tensor_of(config.data), tensor_of(config.target),
                                   {.batch_size = config.batch_size}));
  result.final_weight = matrix_of(module.weight);
  result.global_step = trainer.progress().optimizer_steps;
  result.epochs = trainer.progress().epoch;
  return result;
}

}  // namespace sferic::conformance
