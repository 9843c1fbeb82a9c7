// What does an emission to eight slots cost while another thread emits the same signal, or connects
// and disconnects another slot of it 5,000 times a second? The slots write nothing that threads
// share. By the clock on the wall: what the other thread does to this one is not all counted as its
// own work.

#include <atomic>
#include <chrono>
#include <thread>

#include "baselines/by_hand.hpp"
#include "baselines/sferic.hpp"
#include "baselines/signals2.hpp"
#include "timing.hpp"

namespace sferic::bench {
namespace {

constexpr auto kGroup = "Emission to 8 slots beside another thread";

template <int kType>
struct Look {
  void operator()(Tick const& tick) const {
    auto seen = tick.value + kType;
    benchmark::DoNotOptimize(seen);
  }
};

template <class Library>
class Watched {
 public:
  Watched() {
    [this]<int... kSlot>(std::integer_sequence<int, kSlot...>) {
      (library_.connect(Look<kSlot>{}), ...);
    }(std::make_integer_sequence<int, 8>());
  }
  Library& library() { return library_; }
  void emit(Tick const& tick) { library_.emit(tick); }

 private:
  Library library_;
};

template <class Library>
void alone(benchmark::State& state) {
  Watched<Library> watched;
  time_emissions(state, watched);
}

template <class Library>
void beside_an_emitter(benchmark::State& state) {
  Watched<Library> watched;
  std::jthread const other([&](std::stop_token const& stop) {
    Tick const tick;
    while (!stop.stop_requested()) {
      for (int i = 0; i < 100; ++i) watched.emit(tick);
    }
  });
  time_emissions(state, watched);
}

template <class Library>
void beside_changes(benchmark::State& state) {
  Watched<Library> watched;
  std::atomic<std::int64_t> changes{0};
  std::jthread const other([&](std::stop_token const& stop) {
    auto next = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
      watched.library().connect(Look<8>{}).disconnect();
      ++changes;
      std::this_thread::sleep_until(next += std::chrono::microseconds(200));
    }
  });
  auto const begin = std::chrono::steady_clock::now();
  time_emissions(state, watched);
  std::chrono::duration<double> const time = std::chrono::steady_clock::now() - begin;
  state.counters["changes/s"] = static_cast<double>(changes) / time.count();
}

template <class Library>
void add_case(char const* in_case) {
  add(kGroup, "alone", in_case, &alone<Library>)->UseRealTime();
  add(kGroup, "beside an emitter", in_case, &beside_an_emitter<Library>)->UseRealTime();
  if constexpr (!std::is_same_v<Library, PlainLoop>) {
    add(kGroup, "beside 5,000 changes a second", in_case, &beside_changes<Library>)->UseRealTime();
  }
}

bool const added = [] {
  add_case<PlainLoop>("plain loop");
  add_case<Sferic>("sferic");
  add_case<Signals2>("Boost.Signals2");
  return true;
}();

}  // namespace
}  // namespace sferic::bench
