// What does it cost that a slot follows the life of an object?

#include <memory>
#include <string>

#include "baselines/sferic.hpp"
#include "baselines/signals2.hpp"
#include "timing.hpp"

namespace sferic::bench {
namespace {

constexpr auto kGroup = "Emission to tracked slots";

/// Connects so many slots by `connect(library, owner, slot)`.
template <class Library, int kSlots, class Connect>
void tracked(benchmark::State& state, Connect connect) {
  auto const owner = std::make_shared<int>(0);
  std::int64_t sums[kSlots] = {};
  Library library;
  [&]<int... kSlot>(std::integer_sequence<int, kSlot...>) {
    (connect(library, owner, Add<kSlot>{&sums[kSlot]}), ...);
  }(std::make_integer_sequence<int, kSlots>());
  time_emissions(state, library);
}

template <class Library, class Connect>
void add_subject(char const* subject, Connect connect) {
  [&]<int... kSlots>(std::integer_sequence<int, kSlots...>) {
    (add(kGroup, subject, slots(kSlots),
         [=](benchmark::State& state) { tracked<Library, kSlots>(state, connect); }),
     ...);
  }(std::integer_sequence<int, 1, 8, 64>());
}

bool const added = [] {
  add_subject<Sferic>("sferic, untracked",
                      [](auto& library, auto const&, auto slot) { library.connect(slot); });
  add_subject<Sferic>("sferic, track_same_thread", [](auto& library, auto const& owner, auto slot) {
    library.connect(track_same_thread(owner, slot));
  });
  add_subject<Sferic>("sferic, track", [](auto& library, auto const& owner, auto slot) {
    library.connect(track(owner, slot));
  });
  add_subject<Signals2>("Boost.Signals2, untracked",
                        [](auto& library, auto const&, auto slot) { library.connect(slot); });
  add_subject<Signals2>("Boost.Signals2, tracked", [](auto& library, auto const& owner, auto slot) {
    library.connect_tracked(owner, slot);
  });
  return true;
}();

}  // namespace
}  // namespace sferic::bench
