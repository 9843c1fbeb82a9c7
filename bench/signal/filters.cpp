// What does a filtered slot cost while its filter keeps it from being called? Compared with a slot
// that looks for itself and returns at once.

#include <sferic/signal/filter.hpp>

#include <limits>
#include <string>

#include "baselines/sferic.hpp"
#include "timing.hpp"

namespace sferic::bench {
namespace {

constexpr auto kGroup = "Emission to slots that are filtered out";
constexpr auto kNever = std::numeric_limits<std::int64_t>::max();

/// Connects so many slots by `connect(library, slot)`.
template <int kSlots, class Connect>
void filtered(benchmark::State& state, Connect connect) {
  std::int64_t sums[kSlots] = {};
  Sferic library;
  [&]<int... kSlot>(std::integer_sequence<int, kSlot...>) {
    (connect(library, Add<kSlot>{&sums[kSlot]}), ...);
  }(std::make_integer_sequence<int, kSlots>());
  time_emissions(state, library);
}

template <class Connect>
void add_subject(char const* subject, Connect connect) {
  [&]<int... kSlots>(std::integer_sequence<int, kSlots...>) {
    (add(kGroup, subject, slots(kSlots),
         [=](benchmark::State& state) { filtered<kSlots>(state, connect); }),
     ...);
  }(std::integer_sequence<int, 1, 8>());
}

bool const added = [] {
  add_subject("a slot that returns at once", [](auto& library, auto slot) {
    library.connect([slot](Tick const& tick) {
      if (tick.value < 0) slot(tick);
    });
  });
  add_subject("a slot that is not filtered",
              [](auto& library, auto slot) { library.connect(slot); });
  add_subject("every(1000)", [](auto& library, auto slot) { library.connect(every(1000), slot); });
  add_subject("after(n), before that",
              [](auto& library, auto slot) { library.connect(after(kNever), slot); });
  add_subject("once(), after that",
              [](auto& library, auto slot) { library.connect(once(), slot); });
  add_subject("when(false)", [](auto& library, auto slot) {
    library.connect(when([](Tick const& tick) { return tick.value < 0; }), slot);
  });
  return true;
}();

}  // namespace
}  // namespace sferic::bench
