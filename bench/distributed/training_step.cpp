// What does a training step of two processes cost, beside loops by hand that reduce the gradients
// after the backward pass or by c10d's Reducer, and beside one process on a batch as large as each
// of the two has? By the clock on the wall, with one thread a process. Both processes run the same
// loop at the same time; on a network that is slower than the loopback, too.

#include <sferic/trainer/trainer.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "by_hand.hpp"
#include "network.hpp"
#include "pair.hpp"
#include "training.hpp"

namespace {

using namespace sferic::bench;

using Train = std::function<void(Perceptron&, TimedBatches&, Pair const&)>;

struct Row {
  std::string subject;
  bool is_of_both;
  Train train;
};

struct Case {
  std::string name;
  Size size;
  std::int64_t steps;
  int mbit = 0;  ///< that the network has each way in a second; 0: the loopback as it is
};

void train_by_sferic(Perceptron& module, TimedBatches& batches,
                     std::shared_ptr<sferic::Ranks> const& ranks) {
  sferic::Trainer({.max_epochs = 1, .ranks = ranks}).fit(module, batches);
}

std::vector<Row> const kRows = {
    {"one all-reduce after the backward pass", true,
     [](auto& module, auto& batches, Pair const& pair) {
  train_with_one_reduction(module, batches, pair.group());
}},
    {"an all-reduce for each parameter", true,
     [](auto& module, auto& batches, Pair const& pair) {
  train_with_reductions_of_each(module, batches, pair.group());
}},
    {"c10d's Reducer by hand", true,
     [](auto& module, auto& batches, Pair const& pair) {
  train_with_reducer(module, batches, pair.group());
}},
    {"sferic", true,
     [](auto& module, auto& batches, Pair const& pair) {
  train_by_sferic(module, batches, pair.ranks());
}},
    {"one process by hand", false,
     [](auto& module, auto& batches, Pair const&) { train_by_hand(module, batches); }},
    {"sferic, one process", false,
     [](auto& module, auto& batches, Pair const&) { train_by_sferic(module, batches, nullptr); }},
};

constexpr Size kTiny{64, 128, 1}, kSmall{784, 672, 2}, kLarge{784, 1536, 11};

std::vector<Case> const kCases = {
    {"10 thousand parameters", kTiny, 500},
    {"1 million", kSmall, 40},
    {"25 million", kLarge, 3},
    {"1 million, 2.5 Gbit/s", kSmall, 20, 2500},
    {"25 million, 2.5 Gbit/s", kLarge, 3, 2500},
};

struct Training {
  Row row;
  Case in;
};

/// The same in both processes, which tell each other their numbers.
std::vector<Training> trainings() {
  std::vector<Training> all;
  for (auto const& row : kRows) {
    for (auto const& each : kCases) {
      bool const is_there = each.mbit == 0 || (row.is_of_both && has_own_network());
      if (is_there) all.push_back({row, each});
    }
  }
  return all;
}

/// Returns the seconds of a step.
double run(Training const& training, Pair const& pair) {
  bool const is_short = std::getenv("SFERIC_BENCH_SHORT");
  torch::manual_seed(1 + pair.rank());
  Perceptron module(training.in.size);
  TimedBatches batches(training.in.size, is_short ? 1 : training.in.steps);
  if (training.row.is_of_both) pair.meet();
  training.row.train(module, batches, pair);
  return batches.seconds_of_a_step();
}

void measure(benchmark::State& state, std::size_t number, Training const& training,
             Pair const& pair) {
  limit_network(training.in.mbit);
  for ([[maybe_unused]] auto _ : state) {
    if (training.row.is_of_both) pair.tell(number);
    state.SetIterationTime(run(training, pair));
  }
}

void register_all(std::vector<Training> const& trainings, Pair const& pair) {
  for (std::size_t i = 0; i < trainings.size(); ++i) {
    auto const name =
        "Training step of two processes/" + trainings[i].row.subject + "/" + trainings[i].in.name;
    benchmark::RegisterBenchmark(
        name.c_str(), [&, i](benchmark::State& state) { measure(state, i, trainings[i], pair); })
        ->Unit(benchmark::kMillisecond)
        ->UseManualTime()
        ->Iterations(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Pair::start(argv);
  Pair pair;
  auto const all = trainings();
  if (pair.rank() == 1) {
    pair.follow([&](std::size_t number) { run(all[number], pair); });
    return 0;
  }
  if (!has_own_network()) {
    std::cerr
        << "Without a network of its own (as root, with ip and tc), slower ones are left out\n";
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  register_all(all, pair);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  pair.end();
}
