// What does an emission to eight handlers cost that compose() makes one slot of? Compared with
// direct calls of the same handlers, for bodies of one addition and of a few dozen instructions.

#include <sferic/bus/compose.hpp>

#include <algorithm>
#include <tuple>

#include "baselines/sferic.hpp"
#include "timing.hpp"

namespace sferic::bench {
namespace {

constexpr auto kGroup = "Eight handlers";

/// What a callback that watches a value does: moments, extremes and a moving average.
template <int kType>
struct Watch {
  double mean = 0.0;
  double variance = 0.0;
  double average = 0.0;
  double least = 0.0;
  double most = 0.0;

  void operator()(Tick const& tick) {
    auto const value = static_cast<double>(tick.value) + kType;
    double const delta = value - mean;
    mean += delta * 0.01;
    variance += delta * (value - mean) * 0.01;
    average += 0.1 * (value - average);
    least = std::min(least, value);
    most = std::max(most, value);
  }
};

template <int kType>
struct AddHere {
  std::int64_t sum = 0;
  void operator()(Tick const& tick) { sum += tick.value + kType; }
};

template <template <int> class Body>
using Eight = std::tuple<Body<0>, Body<1>, Body<2>, Body<3>, Body<4>, Body<5>, Body<6>, Body<7>>;

template <class Handlers>
struct Direct {
  Handlers handlers;
  void emit(Tick const& tick) {
    std::apply([&](auto&... handler) { (handler(tick), ...); }, handlers);
  }
};

template <class Handlers>
auto composed() {
  return std::apply([](auto... handler) { return compose(handler...); }, Handlers());
}

template <template <int> class Body>
void add_case(char const* in_case) {
  using Handlers = Eight<Body>;
  add(kGroup, "direct calls", in_case, [](benchmark::State& state) {
    Direct<Handlers> direct;
    time_emissions(state, direct);
  });
  add(kGroup, "composed, called", in_case, [](benchmark::State& state) {
    Direct<std::tuple<decltype(composed<Handlers>())>> direct{composed<Handlers>()};
    time_emissions(state, direct);
  });
  add(kGroup, "composed, one slot", in_case, [](benchmark::State& state) {
    Sferic library;
    library.connect(composed<Handlers>());
    time_emissions(state, library);
  });
  add(kGroup, "eight slots", in_case, [](benchmark::State& state) {
    Sferic library;
    std::apply([&](auto... handler) { (library.connect(handler), ...); }, Handlers());
    time_emissions(state, library);
  });
}

bool const added = [] {
  add_case<AddHere>("one addition each");
  add_case<Watch>("moments and extremes");
  return true;
}();

}  // namespace
}  // namespace sferic::bench
