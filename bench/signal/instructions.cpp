// How many instructions does an emission take, by the number of slots and the library? Runs under
// valgrind's callgrind, which counts them exactly:
//
//   valgrind --tool=callgrind --callgrind-out-file=FILE bench_signal_instructions
//
// writes FILE.1, FILE.2, ...: one for each case, which names it as the trigger of the dump.

#include <memory>
#include <string>

#include "baselines/libraries.hpp"
#include "count_instructions.hpp"

namespace sferic::bench {
namespace {

template <Types kTypes>
void count_group(std::string const& group) {
  for_each_library([&]<class Library>(char const* name) {
    [&]<int... kSlots>(std::integer_sequence<int, kSlots...>) {
      (count_instructions(group + "/" + name + "/" + slots(kSlots),
                          *std::make_unique<Wired<Library, kSlots, kTypes>>()),
       ...);
    }(std::integer_sequence<int, 0, 1, 4, 8, 64>());
  });
}

}  // namespace
}  // namespace sferic::bench

int main() {
  using namespace sferic::bench;
  count_group<Types::kDifferent>("Instructions of an emission to slots of different types");
  count_group<Types::kEqual>("Instructions of an emission to slots of one type");
}
