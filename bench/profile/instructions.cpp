// How many instructions does an emission take while a profiler observes it, and when it has been
// removed? Runs under valgrind's callgrind, as bench/signal/instructions.cpp does.

#include <string>

#include "observed.hpp"
#include "signal/count_instructions.hpp"

int main() {
  using namespace sferic::bench;
  for (auto const observed : {Observed::kNever, Observed::kNoMore, Observed::kNow}) {
    for (int const count : {0, 1, 8, 64}) {
      ObservedSignal const signal(observed, count);
      count_instructions("Instructions of an emission under a profiler/" +
                             std::string(name(observed)) + "/" + slots(count),
                         signal);
    }
  }
}
