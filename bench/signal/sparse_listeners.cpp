// What does an event cost when one callback of eight listens to it? With virtual hooks, all eight
// are called.

#include "baselines/by_hand.hpp"
#include "baselines/sferic.hpp"
#include "timing.hpp"

namespace sferic::bench {
namespace {

constexpr auto kGroup = "One callback of eight listens";

template <class Library>
void one_slot(benchmark::State& state) {
  Wired<Library, 1, Types::kDifferent> wired;
  time_emissions(state, wired);
}

void virtual_hooks(benchmark::State& state) {
  Wired<VirtualHooks, 1, Types::kDifferent> wired;
  std::int64_t sum = 0;
  [&]<int... kSlot>(std::integer_sequence<int, kSlot...>) {
    (wired.library().add_idle(Add<kSlot>{&sum}), ...);
  }(std::make_integer_sequence<int, 7>());
  time_emissions(state, wired);
}

bool const added = [] {
  add(kGroup, "virtual hooks", "emission", &virtual_hooks);
  add(kGroup, "plain loop over one", "emission", &one_slot<PlainLoop>);
  add(kGroup, "sferic", "emission", &one_slot<Sferic>);
  return true;
}();

}  // namespace
}  // namespace sferic::bench
