// What does each of the callbacks that come along cost in a batch, at its defaults, beside an empty
// handler: in a real training step, and in a step that does nothing?

#include <sferic/callbacks/device_stats_monitor.hpp>
#include <sferic/callbacks/early_stopping.hpp>
#include <sferic/callbacks/exponential_moving_average.hpp>
#include <sferic/callbacks/gradient_accumulation_scheduler.hpp>
#include <sferic/callbacks/learning_rate_monitor.hpp>
#include <sferic/callbacks/model_checkpoint.hpp>
#include <sferic/callbacks/model_summary.hpp>
#include <sferic/callbacks/module_data_monitor.hpp>
#include <sferic/callbacks/on_exception_checkpoint.hpp>
#include <sferic/callbacks/progress_bar.hpp>
#include <sferic/callbacks/stochastic_weight_averaging.hpp>
#include <sferic/callbacks/stop_on_nan.hpp>
#include <sferic/callbacks/timer.hpp>
#include <sferic/callbacks/training_data_monitor.hpp>
#include <sferic/loggers/csv_logger.hpp>
#include <sferic/loggers/json_lines_logger.hpp>
#include <sferic/loggers/tensorboard_logger.hpp>
#include <sferic/trainer/trainer.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/discarding_terminal.hpp"
#include "support/epochs.hpp"
#include "support/temporary_folder.hpp"
#include "trainer/idle.hpp"
#include "trainer/perceptron.hpp"

namespace {

using namespace sferic::bench;
namespace event = sferic::event;

/// Adds a callback to a trainer; what it returns is kept as long.
using Add = std::function<std::shared_ptr<void>(sferic::Trainer&)>;

template <class MakeCallback>
Add adding(MakeCallback make) {
  return [make](sferic::Trainer& trainer) {
    trainer.add(make());
    return nullptr;
  };
}

std::filesystem::path const& folder() {
  static sferic::test::TemporaryFolder const one;
  return one.path();
}

template <class Module>
auto* add_module(std::string const& group, std::string const& subject, Add const& prepare) {
  return add_epochs(group, subject, "a batch", [prepare] {
    auto trainer = std::make_shared<sferic::Trainer>(sferic::TrainerOptions{.max_epochs = 1});
    auto kept = prepare(*trainer);
    auto module = std::make_shared<Module>();
    return [kept, trainer, module, batches = many_batches()]() mutable {
      trainer->fit(module, batches);
    };
  }, kPasses * kSteps);
}

void add_both(std::string const& subject, Add const& prepare) {
  add_module<Perceptron>("Callbacks in a step of the 64-64-10 perceptron", subject, prepare);
  add_module<Idle>("Callbacks in a step that does nothing", subject, prepare)
      ->Unit(benchmark::kNanosecond);
}

Add all_of(std::vector<Add> const& parts) {
  return [parts](sferic::Trainer& trainer) {
    auto kept = std::make_shared<std::vector<std::shared_ptr<void>>>();
    for (auto const& part : parts) kept->push_back(part(trainer));
    return kept;
  };
}

std::shared_ptr<void> add_progress_bar(sferic::Trainer& trainer) {
  auto terminal = std::make_shared<DiscardingTerminal>();
  trainer.add(sferic::ProgressBar({.file = terminal->file()}));
  return terminal;
}

std::shared_ptr<void> connect_empty_handler(sferic::Trainer& trainer) {
  trainer.on<event::TrainBatchEnd>([](auto const&) {});
  return nullptr;
}

struct Named {
  char const* name;
  Add add;
};

/// The callbacks of Lightning's page.
std::vector<Named> page() {
  return {
      {"EarlyStopping",
       adding([] { return sferic::EarlyStopping({.monitor = "loss", .strict = false}); })},
      {"ModelCheckpoint", adding([] { return sferic::ModelCheckpoint({.dirpath = folder()}); })},
      {"GradientAccumulationScheduler",
       adding([] { return sferic::GradientAccumulationScheduler({.scheduling = {{0, 1}}}); })},
      {"LearningRateMonitor", adding([] { return sferic::LearningRateMonitor(); })},
      {"ProgressBar", add_progress_bar},
      {"DeviceStatsMonitor", adding([] { return sferic::DeviceStatsMonitor(); })},
  };
}

std::shared_ptr<void> add_summary(sferic::Trainer& trainer) {
  std::shared_ptr<std::FILE> nowhere(std::fopen("/dev/null", "w"), &std::fclose);
  trainer.add(sferic::ModelSummary({.file = nowhere.get()}));
  return nowhere;
}

template <class Logger>
Add logging() {
  return adding([] { return Logger({.folder = folder() / "runs"}); });
}

std::vector<Named> others() {
  return {
      {"ExponentialMovingAverage", adding([] { return sferic::ExponentialMovingAverage(); })},
      {"StochasticWeightAveraging",
       adding([] { return sferic::StochasticWeightAveraging({.swa_lrs = {0.01}}); })},
      {"OnExceptionCheckpoint",
       adding([] { return sferic::OnExceptionCheckpoint({.dirpath = folder()}); })},
      {"StopOnNaN", adding([] { return sferic::StopOnNaN(); })},
      {"Timer", adding([] { return sferic::Timer({.duration = std::chrono::hours(1)}); })},
      {"ModelSummary", add_summary},
      {"ModuleDataMonitor", adding([] { return sferic::ModuleDataMonitor(); })},
      {"TrainingDataMonitor", adding([] { return sferic::TrainingDataMonitor(); })},
      {"TensorBoardLogger", logging<sferic::TensorBoardLogger>()},
      {"CsvLogger", logging<sferic::CsvLogger>()},
      {"JsonLinesLogger", logging<sferic::JsonLinesLogger>()},
  };
}

[[maybe_unused]] bool const registered = [] {
  add_both("nothing", all_of({}));
  add_both("an empty handler", connect_empty_handler);
  std::vector<Add> together;
  for (auto const& [name, add] : page()) {
    together.push_back(add);
    add_both(name, add);
  }
  add_both("all of these", all_of(together));
  for (auto const& [name, add] : others()) add_both(name, add);
  return true;
}();

}  // namespace
