#include <sferic/trainer/trainer.hpp>

#include <sferic/trainer/detail/checkpoint_saver.hpp>
#include <sferic/trainer/detail/fit_loop.hpp>
#include <sferic/trainer/detail/fit_position.hpp>
#include <sferic/trainer/detail/rank_sync.hpp>
#include <sferic/trainer/detail/task.hpp>
#include <sferic/trainer/detail/training_checkpoint.hpp>

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
  bool const chooses = options.device == "auto" || options.device == "cuda";
  if (options.ranks && chooses && cuda) {
    auto const devices = static_cast<std::int64_t>(torch::cuda::device_count());
    return torch::Device(torch::kCUDA,
                         static_cast<c10::DeviceIndex>(options.ranks->local_rank() % devices));
  }
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

std::optional<detail::GradScaler> scaler_for(TrainerOptions const& options,
                                             torch::Device const& device) {
  if (options.precision != Precision::kFloat16Mixed) return std::nullopt;
  if (device.is_cuda()) return detail::GradScaler();
  throw std::invalid_argument("precision kFloat16Mixed needs a CUDA device, but device is \"" +
                              device.str() + "\"; use kBFloat16Mixed there");
}

/// An evaluation of nothing may be a mistake where it is all that was asked for.
void warn_of_empty(std::vector<detail::Input> const& inputs, Task task) {
  for (auto const& input : inputs) {
    if (input.source->size() == 0)
      TORCH_WARN("a loader given to ", name(task), "() has no batches");
  }
}

/// Of several processes each takes its share of the data. Trainings have as many batches on each.
void shard(detail::LoopContext const& context, std::vector<detail::Input>& inputs, bool even) {
  if (!context.ranks) return;
  for (auto& input : inputs) {
    input.source->shard(context.progress.rank, context.progress.world_size, even);
  }
}

}  // namespace

struct Trainer::State {
  explicit State(TrainerOptions given)
      : options(std::move(given)), device(device_of(options)), scaler(scaler_for(options, device)) {
    if (!options.ranks) return;
    progress.rank = options.ranks->rank();
    progress.world_size = options.ranks->world_size();
  }

  TrainerOptions options;
  torch::Device device;
  EmittingBus<event::Catalogue> bus;
  Progress progress;
  Control control;
  Metrics metrics;
  Optimizers optimizers;  ///< of the present or last fit
  std::optional<detail::GradScaler> scaler;
  detail::FitPosition position;  ///< of the present or last fit, as is
  detail::FitRun run;
  detail::CheckpointSaver saver;
  detail::ModuleRef module;  ///< of the present or last task
  bool busy = false;
  Registry registry;  ///< destroyed first: its callbacks may use all of this

  /// For a new task, which a running one will refuse.
  detail::LoopContext context_for(detail::ModuleRef given) {
    if (!busy) module = given;
    return context();
  }

  detail::LoopContext context() {
    auto* const its_scaler = scaler ? &*scaler : nullptr;
    return {options,    bus,      registry, progress, control,    metrics,
            optimizers, position, run,      saver,    its_scaler, options.ranks.get(),
            module,     device};
  }
};

Trainer::StatePointer Trainer::make_state(TrainerOptions options) {
  check(options);
  return StatePointer(new State(resolved(std::move(options))));
}

void Trainer::DeleteState::operator()(State* state) const noexcept { delete state; }

void Trainer::tell_init() {
  event::TrainerMoment const moment{state_->progress, state_->control, state_->metrics};
  state_->bus.emit(event::InitStart{moment});
  state_->bus.emit(event::InitEnd{moment});
}

TrainingBus& Trainer::bus() noexcept { return state_->bus; }

Registry& Trainer::registry() noexcept { return state_->registry; }

void Trainer::remove_at(void const* callback) {
  if (registry().remove(callback)) return;
  throw std::invalid_argument("remove(): the callback is none of the trainer's");
}

std::string Trainer::place(int argument) {
  return "argument " + std::to_string(argument) + " of the trainer's constructor";
}

void Trainer::stop(std::string reason) {
  state_->control.stop(std::move(reason), StopFor::kThisRun);
}

void Trainer::save_checkpoint(std::filesystem::path const& path, SaveOptions const& options) {
  if (!state_->module.module) {
    throw std::logic_error("save_checkpoint() before the first task: there is no module yet");
  }
  detail::save_checkpoint(state_->context(), path, options);
}

void Trainer::wait_for_checkpoint() { detail::finish_checkpoints(state_->context()); }

LoadReport Trainer::run_load(detail::ModuleRef module, std::filesystem::path const& path) {
  if (state_->busy) throw std::logic_error("load_checkpoint() within a task");
  auto context = state_->context();
  context.module = module;  // for now: it may be gone when somebody saves
  return detail::load_module(context, path);
}

Metrics& Trainer::metrics() noexcept { return state_->metrics; }

Progress const& Trainer::progress() const noexcept { return state_->progress; }

TrainerOptions const& Trainer::options() const noexcept { return state_->options; }

void Trainer::run_fit(detail::ModuleRef module, detail::Input train,
                      std::vector<detail::Input> validation, FitOptions const& options) {
  auto const context = state_->context_for(module);
  shard(context, validation, /*even=*/false);
  if (context.ranks) {
    train.source->shard(context.progress.rank, context.progress.world_size, /*even=*/true);
  }
  detail::run_task(context, state_->busy, Task::kFit, options.go_on, [&] {
    if (state_->options.seed) torch::manual_seed(*state_->options.seed);
    detail::FitLoop(context, train, validation, options).run();
  });
}

void Trainer::run_evaluation(Task task, detail::ModuleRef module,
                             std::vector<detail::Input> inputs) {
  auto const context = state_->context_for(module);
  shard(context, inputs, /*even=*/false);
  detail::run_task(context, state_->busy, task, /*goes_on=*/true, [&] {
    warn_of_empty(inputs, task);
    auto const& options = state_->options;
    detail::EvaluationPosition position;
    if (task == Task::kTest) {
      detail::run_evaluation<detail::TestEvents>(
          context, Stage::kTest, inputs,
          detail::limited_counts(inputs, "limit_test_batches", options.limit_test_batches),
          position);
    } else {
      detail::run_evaluation<detail::ValidationEvents>(
          context, Stage::kValidation, inputs,
          detail::limited_counts(inputs, detail::limiting_option(options, "limit_val_batches"),
                                 options.limit_val_batches),
          position);
    }
  });
}

void Trainer::run_predict(detail::ModuleRef module, std::vector<detail::Input> inputs,
                          PredictOptions const& options,
                          std::vector<std::vector<at::Tensor>>& predictions) {
  predictions.resize(inputs.size());
  ScopedConnection const gathering = bus().on<event::PredictBatchEnd>([&](auto const& e) {
    if (options.return_predictions && e.output.defined())
      predictions[static_cast<std::size_t>(e.progress.loader)].push_back(e.output);
  }, Order::kLast);
  gathering.get().set_name("sferic::Trainer");
  auto const context = state_->context_for(module);
  shard(context, inputs, /*even=*/false);
  detail::run_task(context, state_->busy, Task::kPredict, /*goes_on=*/true, [&] {
    warn_of_empty(inputs, Task::kPredict);
    detail::EvaluationPosition position;
    detail::run_evaluation<detail::PredictEvents>(
        context, Stage::kPredict, inputs,
        detail::limited_counts(inputs, "limit_predict_batches",
                               state_->options.limit_predict_batches),
        position);
  });
}

}  // namespace sferic
