// What does it cost to connect and disconnect a slot beside others, what the first emission after a
// change, and what does a connection hold in memory?

#include "allocations.hpp"
#include "baselines/libraries.hpp"
#include "timing.hpp"

namespace sferic::bench {
namespace {

template <class Library>
void connect_and_disconnect(benchmark::State& state) {
  Wired<Library, 8, Types::kDifferent> wired;
  std::int64_t sum = 0;
  wired.emit({});
  for (auto _ : state) wired.library().connect(Add<8>{&sum}).disconnect();
}

template <class Library>
void connect_emit_disconnect_emit(benchmark::State& state) {
  Wired<Library, 8, Types::kDifferent> wired;
  std::int64_t sum = 0;
  for (auto _ : state) {
    auto const connection = wired.library().connect(Add<8>{&sum});
    wired.emit({});
    connection.disconnect();
    wired.emit({});
  }
}

/// Connects 64 slots and emits once, so that everything is there that a signal in use holds.
template <class Library>
void connect_64(benchmark::State& state) {
  Allocations before;
  Allocations held;
  for (auto _ : state) {
    before = Allocations::now();
    Wired<Library, 64, Types::kDifferent> wired;
    wired.emit({});
    held = Allocations::now() - before;
  }
  state.counters["allocations"] = static_cast<double>(held.count) / 64;
  state.counters["bytes"] = static_cast<double>(held.bytes) / 64;
}

bool const added = [] {
  for_each_signal_library([]<class Library>(char const* name) {
    auto const group = "Changes beside 8 slots";
    add(group, name, "connect, disconnect", &connect_and_disconnect<Library>);
    add(group, name, "connect, emit, disconnect, emit", &connect_emit_disconnect_emit<Library>);
    add("Connecting 64 slots", name, "with an emission", &connect_64<Library>);
  });
  return true;
}();

}  // namespace
}  // namespace sferic::bench
