#pragma once

#include <sferic/profile/emission_profiler.hpp>
#include <sferic/signal/signal.hpp>

#include <memory>
#include <string>

#include "signal/slots.hpp"

namespace sferic::bench {

/// Who observes a signal.
enum class Observed { kNever, kNoMore, kNow };

constexpr char const* name(Observed observed) {
  constexpr char const* kNames[] = {"no profiler", "a profiler that was removed", "a profiler"};
  return kNames[static_cast<int>(observed)];
}

/// A signal with so many slots that a profiler observes, or has observed.
class ObservedSignal {
 public:
  ObservedSignal(Observed observed, int slots) {
    for (int i = 0; i < slots; ++i) signal_.connect(Add<0>{&sum_}).set_name(std::to_string(i));
    if (observed != Observed::kNever) signal_.observe(observation_, "tick");
    emit({});
    if (observed == Observed::kNoMore) observation_.stop();
  }
  ObservedSignal(ObservedSignal const&) = delete;
  ObservedSignal& operator=(ObservedSignal const&) = delete;

  void emit(Tick const& tick) const { signal_.emit(tick); }

 private:
  std::int64_t sum_ = 0;
  Signal<Tick> signal_;
  Observation observation_{std::make_shared<EmissionProfiler>()};
};

}  // namespace sferic::bench
