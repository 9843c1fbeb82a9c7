#include <sferic/trainer/trainer.hpp>

#include <sferic/trainer/detail/fit_loop.hpp>
#include <sferic/trainer/detail/task.hpp>

#include <torch/cuda.h>
#include <torch/nn/module.h>
#include <torch/utils.h>

#include <optional>
#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

torch::Device device_of(TrainerOptions const& options) {
  bool const cuda = torch::cuda::is_available();
  if (options.device == "auto") return torch::Device(cuda ? torch::kCUDA : torch::kCPU);
  std::optional<torch::Device> device;
  try {
    device.emplace(options.device);
  } catch (c10::Error const&) {
    throw std::invalid_argument(
        "device must be \"auto\", \"cpu\", \"cuda\" or \"cuda:N\", but got \"" + options.device +
        "\"");
  }
  if (device->is_cuda() &&
      (!cuda || std::cmp_greater_equal(device->index(), torch::cuda::device_count()))) {
    throw std::invalid_argument("device is \"" + options.device + "\", but LibTorch sees " +
                                std::to_string(torch::cuda::device_count()) + " CUDA devices");
  }
  return *device;
}

/// An evaluation of nothing is a mistake where it is all that was asked for.
void refuse_empty(std::vector<detail::Input> const& inputs, Task task) {
  for (auto const& input : inputs) {
    if (input.source->size() != 0) continue;
    throw std::invalid_argument("the loader given to " + std::string(name(task)) +
                                "() has no batches");
  }
}

}  // namespace

struct Trainer::State {
  explicit State(TrainerOptions given) : options(std::move(given)), device(device_of(options)) {}

  TrainerOptions options;
  torch::Device device;
  EmittingBus<event::Catalogue> bus;
  Progress progress;
  Control control;
  Metrics metrics;
  bool busy = false;

  detail::LoopContext context(detail::ModuleRef module) {
    return {options, bus, progress, control, metrics, module, device};
  }
};

Trainer::Trainer(TrainerOptions options) {
  check(options);
  state_ = std::make_unique<State>(resolved(std::move(options)));
}

Trainer::~Trainer() = default;

TrainingBus& Trainer::bus() noexcept { return state_->bus; }

void Trainer::stop(std::string reason) { state_->control.stop(std::move(reason)); }

Metrics& Trainer::metrics() noexcept { return state_->metrics; }

Progress const& Trainer::progress() const noexcept { return state_->progress; }

TrainerOptions const& Trainer::options() const noexcept { return state_->options; }

void Trainer::run_fit(detail::ModuleRef module, detail::Input train,
                      std::vector<detail::Input> validation) {
  auto const context = state_->context(module);
  detail::run_task(context, state_->busy, Task::kFit, [&] {
    if (state_->options.seed) torch::manual_seed(*state_->options.seed);
    detail::FitLoop(context, train, validation).run();
  });
}

void Trainer::run_evaluation(Task task, detail::ModuleRef module,
                             std::vector<detail::Input> inputs) {
  auto const context = state_->context(module);
  detail::run_task(context, state_->busy, task, [&] {
    refuse_empty(inputs, task);
    auto const& options = state_->options;
    if (task == Task::kTest) {
      detail::run_evaluation<detail::TestEvents>(
          context, Stage::kTest, inputs,
          detail::limited_counts(inputs, "limit_test_batches", options.limit_test_batches));
    } else {
      detail::run_evaluation<detail::ValidationEvents>(
          context, Stage::kValidation, inputs,
          detail::limited_counts(inputs, "limit_val_batches", options.limit_val_batches));
    }
  });
}

void Trainer::run_predict(detail::ModuleRef module, std::vector<detail::Input> inputs,
                          std::vector<std::vector<at::Tensor>>& predictions) {
  predictions.resize(inputs.size());
  ScopedConnection const gathering = bus().on<event::PredictBatchEnd>([&](auto const& e) {
    if (e.output.defined())
      predictions[static_cast<std::size_t>(e.progress.loader)].push_back(e.output);
  }, Order::kLast);
  auto const context = state_->context(module);
  detail::run_task(context, state_->busy, Task::kPredict, [&] {
    refuse_empty(inputs, Task::kPredict);
    detail::run_evaluation<detail::PredictEvents>(
        context, Stage::kPredict, inputs,
        detail::limited_counts(inputs, "limit_predict_batches",
                               state_->options.limit_predict_batches));
  });
}

}  // namespace sferic
