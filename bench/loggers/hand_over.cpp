// What does the training's thread pay to hand values over to a logger, beside one that keeps them
// in a vector? What the logger's own thread does with them is not counted.

#include <sferic/events/control.hpp>
#include <sferic/events/logging.hpp>
#include <sferic/events/progress.hpp>
#include <sferic/metrics/metrics.hpp>

#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

#include "for_each_logger.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::bench {
namespace {

using Values = std::vector<LoggedValue>;

/// So many at a time, fewer than a logger's queue holds, before the rest is waited for, untimed.
constexpr std::int64_t kRecords = 10000;

/// The least that keeps what it is told.
class Vector {
 public:
  explicit Vector(LoggerOptions const&) {}
  void on(event::MetricsLogged const& e) { kept_.push_back(e.values); }
  void flush() { kept_.clear(); }

 private:
  std::vector<Values> kept_;
};

Values values(int count) {
  Values values;
  for (int i = 0; i < count; ++i) values.push_back({"value_" + std::to_string(i), 0.1 * i});
  return values;
}

template <class Logger>
void hand_over(benchmark::State& state, int count) {
  test::TemporaryFolder const folder;
  Logger logger({.folder = folder.path()});
  Progress progress;
  Control control;
  Metrics metrics;
  torch::nn::Module module;
  auto const logged = values(count);
  while (state.KeepRunningBatch(kRecords)) {
    for (std::int64_t i = 0; i < kRecords; ++i) {
      logger.on(event::MetricsLogged{
          {{progress, control, metrics}, module}, logged, progress.optimizer_steps});
      ++progress.optimizer_steps;
    }
    state.PauseTiming();
    logger.flush();
    state.ResumeTiming();
  }
}

template <class Logger>
void add_logger(char const* name) {
  for (int const count : {1, 5}) {
    auto const in_case = std::to_string(count) + (count == 1 ? " value" : " values");
    benchmark::RegisterBenchmark(
        ("Handing values over to a logger/" + std::string(name) + "/" + in_case).c_str(),
        [count](benchmark::State& state) {
      hand_over<Logger>(state, count);
    })->Iterations(5 * kRecords);  // most of the time goes by untimed
  }
}

[[maybe_unused]] bool const registered = [] {
  add_logger<Vector>("a vector");
  for_each_logger([]<class Logger>(char const* name) { add_logger<Logger>(name); });
  return true;
}();

}  // namespace
}  // namespace sferic::bench
