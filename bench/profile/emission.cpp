// What does a profiler add to an emission, by the number of slots, and what is left of it when it
// has been removed?

#include "observed.hpp"
#include "signal/timing.hpp"

namespace sferic::bench {
namespace {

[[maybe_unused]] bool const added = [] {
  for (auto const observed : {Observed::kNever, Observed::kNoMore, Observed::kNow}) {
    for (int const count : {1, 8, 64}) {
      add("Emission under a profiler", name(observed), slots(count), [=](benchmark::State& state) {
        ObservedSignal signal(observed, count);
        time_emissions(state, signal);
      });
    }
  }
  return true;
}();

}  // namespace
}  // namespace sferic::bench
