#include <sferic/bench/detail/heard.hpp>
#include <sferic/bench/detail/rows.hpp>
#include <sferic/bench/detail/session.hpp>
#include <sferic/profile/emission_profiler.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace sferic::bench::detail {

namespace {

constexpr char const* kOurs = "sferic::bench";  ///< the name of the benchmark's own handlers
constexpr char const* kCheckpoint = "sferic_bench.ckpt";

TrainerOptions options_of(Subject const& subject) {
  TrainerOptions options = subject.options.trainer;
  options.max_epochs = 4;
  options.limit_train_batches = 64;
  options.limit_val_batches = 8;
  return options;
}

void request_checkpoints(Trainer& trainer) {
  trainer.on<event::TrainEpochEnd>([](auto const& e) {
    e.control.request_checkpoint(kCheckpoint);
  }).set_name(kOurs);
}

/// A run of all with what `prepare` connects, on a new trainer that a profiler observes.
class Run {
 public:
  Run(Subject const& subject, Prepare const& prepare, std::shared_ptr<EmissionProfiler> profiler)
      : subject_(subject),
        session_(options_of(subject), prepare),
        heard_(session_.trainer()),
        observation_(session_.trainer().bus().observe(std::move(profiler))) {
    if (heard_.has_checkpoints()) request_checkpoints(session_.trainer());
  }

  Heard const& heard() const { return heard_; }
  void operator()() { subject_.options.training.whole(session_.trainer(), kCheckpoint); }

 private:
  Subject const& subject_;
  Session session_;
  Heard heard_;
  Observation observation_;
};

/// A run with the callback, which is what the state's timer times. Returns what it hears.
Heard run_callback(benchmark::State& state, Subject const& subject,
                   std::shared_ptr<EmissionProfiler> const& profiler) {
  Run run(subject, subject.prepare, profiler);
  state.ResumeTiming();
  run();
  state.PauseTiming();
  return run.heard();
}

/// The median call in each event, in seconds, without what isn't the callback's among the handlers
/// that are connected in a fit; of several handlers, the sum.
std::map<std::string, double> medians(EmissionProfiler const& profiler, Subject const& subject) {
  std::map<std::string, double> medians;
  for (auto const& event : profiler.profile().events) {
    for (auto const& handler : event.handlers) {
      if (handler.calls.count == 0 || handler.name == kOurs || handler.name == "sferic::Trainer" ||
          handler.name == subject.options.training.module) {
        continue;
      }
      medians[event.event] += handler.calls.p50;
    }
  }
  return medians;
}

void measure_calls(benchmark::State& state, Subject const& subject) {
  auto const profiler = std::make_shared<EmissionProfiler>();
  auto const profiler_of_empty = std::make_shared<EmissionProfiler>();
  while (state.KeepRunning()) {
    state.PauseTiming();
    Prepare const empty = [heard = run_callback(state, subject, profiler)](Trainer& trainer) {
      heard.connect_empty_handlers(trainer);
      return nullptr;
    };
    Run(subject, empty, profiler_of_empty)();
    state.ResumeTiming();
  }
  auto of_empty = medians(*profiler_of_empty, subject);
  for (auto const& [event, seconds] : medians(*profiler, subject)) {
    state.counters[event] = std::max(0.0, seconds - of_empty[event]);
  }
}

}  // namespace

void register_calls(SharedSubject const& subject) {
  auto const name = subject->name + "/fit with validation/each call";
  benchmark::RegisterBenchmark(name.c_str(), [subject](benchmark::State& state) {
    try {
      measure_calls(state, *subject);
    } catch (std::exception const& error) {
      state.SkipWithError(error.what());
    }
  })->Unit(benchmark::kMillisecond);
}

}  // namespace sferic::bench::detail
