#pragma once

#include <benchmark/benchmark.h>

#include <string>

#include "slots.hpp"

namespace sferic::bench {

/// Registers a benchmark of which the report makes one cell: each group is a table, each subject a
/// row, compared with the first one, and each case a column.
template <class Function>
auto* add(std::string const& group, std::string const& subject, std::string const& in_case,
          Function function) {
  return benchmark::RegisterBenchmark((group + "/" + subject + "/" + in_case).c_str(), function);
}

/// Times emissions of something with emit(tick).
template <class Wired>
void time_emissions(benchmark::State& state, Wired& wired) {
  Tick tick;
  wired.emit(tick);
  for (auto _ : state) {
    benchmark::DoNotOptimize(&wired);
    benchmark::DoNotOptimize(tick);
    wired.emit(tick);
    benchmark::ClobberMemory();
  }
}

}  // namespace sferic::bench
