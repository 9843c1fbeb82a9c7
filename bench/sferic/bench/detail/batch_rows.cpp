#include <sferic/bench/detail/heard.hpp>
#include <sferic/bench/detail/median.hpp>
#include <sferic/bench/detail/rows.hpp>
#include <sferic/bench/detail/session.hpp>
#include <sferic/bench/detail/stretch.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <exception>
#include <utility>
#include <vector>

namespace sferic::bench::detail {

namespace {

/// Steps that do nothing are so short that it takes many of them.
constexpr std::int64_t kIdleBatches = 4096;

/// A column of batches to measure.
struct Steps {
  SharedSubject subject;
  bool idle;

  std::int64_t batches() const { return idle ? kIdleBatches : subject->options.batches; }

  /// Trains an epoch with what `prepare` connects.
  Stretch train(Prepare const& prepare, benchmark::State* state = nullptr) const {
    auto const& options = subject->options;
    TrainerOptions trainer = options.trainer;
    trainer.max_epochs = 1;
    trainer.limit_train_batches = 1.0;
    trainer.limit_val_batches = 1.0;
    trainer.num_sanity_val_steps = 0;
    Session session(trainer, prepare);
    Stretch stretch(batches(), state);
    if (idle) {
      options.training.idle(session.trainer(), stretch, options.metrics);
    } else {
      options.training.epoch(session.trainer(), stretch);
    }
    stretch.check();
    return stretch;
  }
};

std::shared_ptr<void> connect_nothing(Trainer&) { return nullptr; }

/// Connects empty handlers to what the callback hears.
Prepare empty_handlers(Subject const& subject) {
  Session session(subject.options.trainer, subject.prepare);
  return [heard = Heard(session.trainer())](Trainer& trainer) {
    heard.connect_empty_handlers(trainer);
    return nullptr;
  };
}

/// The median of one member of what was measured.
double median_of(double Cost::* member, std::vector<Cost> const& costs) {
  std::vector<double> values;
  for (auto const& cost : costs) values.push_back(cost.*member);
  return median(std::move(values));
}

void measure_nothing(benchmark::State& state, Steps const& steps) {
  std::vector<Cost> costs;
  while (state.KeepRunningBatch(steps.batches())) {
    state.PauseTiming();
    costs.push_back(steps.train(connect_nothing, &state).a_batch());
    state.ResumeTiming();
  }
  state.counters["allocations"] = median_of(&Cost::allocations, costs);
}

/// To a tenth of a nanosecond.
double rounded(double seconds) { return std::round(seconds * 1e10) / 1e10; }

/// Each epoch is followed by one with nothing connected, to which it is compared: the machine is
/// the same for both.
void measure(benchmark::State& state, Steps const& steps, Prepare const& prepare) {
  std::vector<Cost> costs;
  while (state.KeepRunningBatch(steps.batches())) {
    state.PauseTiming();
    auto const with = steps.train(prepare, &state);
    auto const without = steps.train(connect_nothing);
    costs.push_back(with.a_batch() - without.a_batch());
    state.ResumeTiming();
  }
  state.counters["more_time"] = rounded(median_of(&Cost::seconds, costs));
  state.counters["more_cpu"] = rounded(median_of(&Cost::cpu_seconds, costs));
  state.counters["more_allocations"] = median_of(&Cost::allocations, costs);
}

template <class Run>
void register_row(Steps const& steps, std::string const& row, Run run) {
  auto const* column = steps.idle ? "/step that does nothing/" : "/training step/";
  auto const name = steps.subject->name + column + row;
  benchmark::RegisterBenchmark(name.c_str(), [steps, run](benchmark::State& state) {
    try {
      run(state, steps);
    } catch (std::exception const& error) {
      state.SkipWithError(error.what());
    }
  })->Unit(steps.idle ? benchmark::kNanosecond : benchmark::kMicrosecond);
}

}  // namespace

void register_batches(SharedSubject const& subject) {
  for (bool const idle : {true, false}) {
    Steps const steps{subject, idle};
    register_row(steps, "nothing connected", &measure_nothing);
    register_row(steps, "empty handlers", [](benchmark::State& state, Steps const& of) {
      measure(state, of, empty_handlers(*of.subject));
    });
    register_row(steps, "the callback", [](benchmark::State& state, Steps const& of) {
      measure(state, of, of.subject->prepare);
    });
  }
}

}  // namespace sferic::bench::detail
