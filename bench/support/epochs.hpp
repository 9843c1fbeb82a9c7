#pragma once

#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <cstdint>
#include <string>

namespace sferic::bench {

/// Registers a benchmark of which the report makes one cell: each group is a table, each subject a
/// row, compared with the first one, and each case a column. `make_epoch()` returns what trains
/// one epoch of so many steps; the time is that of a step, on one thread, in microseconds.
template <class MakeEpoch>
benchmark::internal::Benchmark* add_epochs(std::string const& group, std::string const& subject,
                                           std::string const& in_case, MakeEpoch make_epoch,
                                           std::int64_t steps) {
  auto const run = [make_epoch, steps](benchmark::State& state) {
    torch::set_num_threads(1);
    torch::manual_seed(1);
    auto epoch = make_epoch();
    while (state.KeepRunningBatch(steps)) epoch();
  };
  return benchmark::RegisterBenchmark((group + "/" + subject + "/" + in_case).c_str(), run)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace sferic::bench
