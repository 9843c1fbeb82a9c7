#include <sferic/trainer/interrupted.hpp>
#include <sferic/trainer/trainer.hpp>

#include <torch/torch.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <span>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "conformance/differences.hpp"
#include "conformance/trace_case.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::conformance {

namespace {

using Loader = std::vector<torch::Tensor>;

bool contains(std::vector<std::int64_t> const& numbers, std::int64_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

/// Does what the configuration says, at the training step or the start of a batch that it says.
class RecordedModule : public torch::nn::Module {
 public:
  explicit RecordedModule(TraceConfig const& config) : config_(config) {}

  void on(event::TrainBatchStart const& e) {
    if (contains(config_.skip_epoch_at_batch_starts, ++batch_starts_)) e.control.end_epoch();
  }

  torch::Tensor training_step(torch::Tensor const& batch) {
    ++training_steps_;
    if (config_.raise_at == training_steps_) {
      if (config_.raise_interrupt) throw Interrupted(SIGINT);
      throw std::invalid_argument("as recorded");
    }
    if (contains(config_.skip_steps, training_steps_)) return {};
    return linear_->forward(batch).mean();
  }

  torch::Tensor validation_step(torch::Tensor const& batch) { return linear_->forward(batch); }
  torch::Tensor test_step(torch::Tensor const& batch) { return linear_->forward(batch); }
  torch::Tensor predict_step(torch::Tensor const& batch) { return linear_->forward(batch); }

  Optimizers configure_optimizers() {
    Optimizers optimizers;
    auto& sgd = optimizers.add(torch::optim::SGD(parameters(), 0.1));
    if (config_.scheduler) {
      optimizers.schedule(sgd, torch::optim::StepLR(sgd, 1, 0.9), {.interval = *config_.scheduler});
    }
    return optimizers;
  }

 private:
  TraceConfig const& config_;
  std::int64_t batch_starts_ = 0;
  std::int64_t training_steps_ = 0;
  torch::nn::Linear linear_ = register_module("linear", torch::nn::Linear(2, 1));
};

/// Writes down every event that Lightning has a hook for, and asks to stop where it has to.
class Recorder {
 public:
  explicit Recorder(std::vector<TraceConfig::Stop> stops) : stops_(std::move(stops)) {}

  template <class Event>
  void on(Event const& e) {
    if (is_sferics_own(Event::kName)) return;
    TraceEntry entry{.hook = std::string(Event::kName),
                     .epoch = e.progress.epoch,
                     .step = e.progress.optimizer_steps};
    if constexpr (requires { e.batch; }) {
      entry.batch = e.progress.batch;
      if (e.progress.stage != Stage::kTrain) entry.dataloader = e.progress.loader;
    }
    if constexpr (requires { e.error; }) entry.exception = lightnings_name(e.error);
    if (entry.hook == event::Setup::kName || entry.hook == event::Teardown::kName) {
      entry.stage = lightnings_name(e.progress.task);
    }
    auto const nth = ++calls_[entry.hook];
    for (auto const& stop : stops_) {
      if (stop.event == entry.hook && stop.nth == nth) e.control.stop("as recorded");
    }
    trace.push_back(std::move(entry));
  }

  Trace trace;

 private:
  std::vector<TraceConfig::Stop> stops_;
  std::map<std::string, std::int64_t> calls_;
};

Loader loader_of(std::int64_t batches) {
  return Loader(static_cast<std::size_t>(batches), torch::ones({2, 2}));
}

/// Calls `call` with a tuple of the loaders, whose number the compiler has to know.
template <class Call, class... Loaders>
void with_tuple(std::span<Loader> rest, Call const& call, Loaders&... loaders) {
  constexpr std::size_t kMost = 6;
  if (rest.empty()) {
    call(std::tie(loaders...));
  } else if constexpr (sizeof...(loaders) < kMost) {
    with_tuple(rest.subspan(1), call, loaders..., rest.front());
  } else {
    throw NotUnderstood("there can't be more than " + std::to_string(kMost) + " loaders");
  }
}

void run_task(Trainer& trainer, RecordedModule& module, Task task, TraceConfig const& config) {
  bool const tests = task == Task::kTest || task == Task::kPredict;
  std::vector<Loader> loaders;
  for (auto const batches : tests ? config.test_batches : config.val_batches) {
    loaders.push_back(loader_of(batches));
  }
  auto train = loader_of(config.train_batches);
  with_tuple(std::span(loaders), [&](auto tuple) {
    if (task == Task::kFit) trainer.fit(module, train, tuple, {.go_on = true});
    if (task == Task::kValidate) trainer.validate(module, tuple);
    if (task == Task::kTest) trainer.test(module, tuple);
    if (task == Task::kPredict) trainer.predict(module, tuple);
  });
}

}  // namespace

TraceRun run(TraceConfig const& config) {
  test::TemporaryFolder const folder;
  RecordedModule module(config);
  Trainer trainer(config.trainer);
  auto& recorder = trainer.add(Recorder(config.stops));
  if (config.save_every_epoch) {
    trainer.on<event::TrainEpochEnd>(
        [&](auto const&) { trainer.save_checkpoint(folder.path() / "checkpoint"); }, Order::kLast);
  }
  std::exception_ptr error;
  for (auto const task : config.modes) {
    recorder.trace.push_back({.hook = "#" + std::string(name(task))});
    error = nullptr;
    try {
      run_task(trainer, module, task, config);
    } catch (NotUnderstood const&) {
      throw;
    } catch (...) {
      error = std::current_exception();
      if (!lightning_returns_after(error)) break;
    }
  }
  leave_out_teardown_after_exception(recorder.trace);
  return {std::move(recorder.trace), lightnings_end(trainer.progress(), error)};
}

}  // namespace sferic::conformance
