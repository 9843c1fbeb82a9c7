// What do blocked slots cost in an emission to eight?

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "baselines/sferic.hpp"
#include "baselines/signals2.hpp"
#include "timing.hpp"

namespace sferic::bench {
namespace {

constexpr auto kGroup = "Emission to 8 slots, some blocked";

/// Eight slots, of which the last ones are blocked.
template <class Library, class Block>
void blocked(benchmark::State& state, int count, Block block) {
  Library library;
  std::int64_t sums[8] = {};
  std::vector<std::invoke_result_t<Block, decltype(library.connect(Add<0>{}))>> blocks;
  [&]<int... kSlot>(std::integer_sequence<int, kSlot...>) {
    auto const connect = [&](auto slot, int number) {
      auto connection = library.connect(slot);
      if (number >= 8 - count) blocks.push_back(block(connection));
    };
    (connect(Add<kSlot>{&sums[kSlot]}, kSlot), ...);
  }(std::make_integer_sequence<int, 8>());
  time_emissions(state, library);
}

bool const added = [] {
  for (int const count : {0, 4, 8}) {
    auto const in_case = std::to_string(count) + " blocked";
    add(kGroup, "sferic", in_case, [=](benchmark::State& state) {
      blocked<Sferic>(state, count, [](Connection const& c) { return c.block(); });
    });
    add(kGroup, "Boost.Signals2", in_case, [=](benchmark::State& state) {
      blocked<Signals2>(state, count, [](signals2::connection const& c) {
        return signals2::shared_connection_block(c);
      });
    });
  }
  return true;
}();

}  // namespace
}  // namespace sferic::bench
