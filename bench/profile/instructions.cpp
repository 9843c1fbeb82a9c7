// How many instructions does an emission take while a profiler observes it, and when it has been
// removed? Runs under valgrind's callgrind, as bench/signal/instructions.cpp does.

#include <valgrind/callgrind.h>

#include "observed.hpp"

namespace {

constexpr int kEmissions = 1000;

void count(sferic::bench::Observed observed, int slots) {
  std::string const name = "Instructions of an emission under a profiler/" +
                           std::string(sferic::bench::name(observed)) + "/" +
                           sferic::bench::slots(slots);
  sferic::bench::ObservedSignal const signal(observed, slots);
  sferic::bench::Tick tick;
  auto const emit = [&](int times) {
    for (int i = 0; i < times; ++i) {
      asm volatile("" : : "g"(&tick), "g"(&signal) : "memory");
      signal.emit(tick);
    }
  };
  emit(2);
  CALLGRIND_ZERO_STATS;
  emit(kEmissions);
  CALLGRIND_DUMP_STATS_AT(name.c_str());
}

}  // namespace

int main() {
  using sferic::bench::Observed;
  for (auto const observed : {Observed::kNever, Observed::kNoMore, Observed::kNow}) {
    for (int const slots : {0, 1, 8, 64}) count(observed, slots);
  }
}
