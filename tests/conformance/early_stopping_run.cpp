#include <sferic/trainer/trainer.hpp>

#include "conformance/differences.hpp"
#include "conformance/early_stopping_case.hpp"
#include "conformance/logging_module.hpp"

namespace sferic::conformance {

EarlyStoppingResult run(EarlyStoppingConfig const& config) {
  EarlyStoppingResult result;
  std::optional<std::string> logged;
  if (config.metric_logged) logged = config.options.monitor;
  LoggingModule module(logged, config.values, LoggingModule::Which::kNext);
  Trainer trainer(config.trainer);
  try {
    auto const& stopping = trainer.add(EarlyStopping(config.options));
    trainer.on<event::TrainEpochEnd>([&](auto const& e) {
      result.after_each_epoch.push_back({.wait_count = stopping.wait_count(),
                                         .best_score = {stopping.best_score()},
                                         .stopped_epoch = stopping.stopped_epoch(),
                                         .should_stop = e.control.stop_requested()});
    }, Order::kLast);
    trainer.fit(module, LoggingModule::loader(2), LoggingModule::loader(1));
  } catch (NotUnderstood const&) {
    throw;
  } catch (...) {
    result.error = lightnings_name(std::current_exception());
  }
  result.final_epoch = trainer.progress().epoch;
  if (auto const* const stopping = trainer.callback<EarlyStopping>()) {
    result.stopped_epoch = stopping->stopped_epoch();
  }
  return result;
}

}  // namespace sferic::conformance
