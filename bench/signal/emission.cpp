// What does an emission cost, by the number of slots and the library? Slots of different types are
// what callbacks are; slots of one type are the case in which a loop predicts its calls best.

#include <string>

#include "baselines/libraries.hpp"
#include "timing.hpp"

namespace sferic::bench {
namespace {

template <class Library, int kSlots, Types kTypes>
void emission(benchmark::State& state) {
  Wired<Library, kSlots, kTypes> wired;
  time_emissions(state, wired);
}

template <Types kTypes>
void add_group(std::string const& group) {
  for_each_library([&]<class Library>(char const* name) {
    [&]<int... kSlots>(std::integer_sequence<int, kSlots...>) {
      (add(group, name, slots(kSlots), &emission<Library, kSlots, kTypes>), ...);
    }(std::integer_sequence<int, 0, 1, 4, 8, 64>());
  });
}

bool const added = [] {
  add_group<Types::kDifferent>("Emission to slots of different types");
  add_group<Types::kEqual>("Emission to slots of one type");
  return true;
}();

}  // namespace
}  // namespace sferic::bench
