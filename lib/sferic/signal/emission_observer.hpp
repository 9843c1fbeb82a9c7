#pragma once

#include <sferic/signal/slot_info.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

namespace sferic {

namespace detail {
class ObservedSignals;
}

/// Is told of the emissions of signals and of each call in them, with the time that it took: what a
/// profiler is made of. Signals that nobody observes run the very code that they ran without it.
///
/// Emissions on several threads tell on these threads. Nested emissions begin and end within the
/// call that makes them. Observers must not throw.
class EmissionObserver {
 public:
  using Time = std::chrono::steady_clock::time_point;

  EmissionObserver() = default;
  EmissionObserver(EmissionObserver const&) = delete;
  EmissionObserver& operator=(EmissionObserver const&) = delete;
  virtual ~EmissionObserver() = default;

  /// Numbers a signal, and each of its slots. The numbers come back with emissions and calls. Asked
  /// when slots have come or gone, of all that there are then, before the next emission.
  virtual std::size_t number_of_signal(std::string_view name) = 0;
  virtual std::size_t number_of_slot(std::size_t signal, SlotInfo const& slot) = 0;

  virtual void emission_begins(std::size_t signal, Time now) noexcept = 0;

  /// A handler has returned or thrown, or its filter has let nothing through.
  virtual void call_ends(std::size_t slot, Time began, Time now) noexcept = 0;

  virtual void emission_ends(std::size_t signal, Time began, Time now) noexcept = 0;
};

/// What an observer observes, until it is destroyed. Emissions that are under way then still tell
/// the observer, which lives as long.
class [[nodiscard("the observation ends when it is destroyed")]] Observation {
 public:
  Observation() = default;

  /// Observes nothing yet; see SignalBase::observe().
  explicit Observation(std::shared_ptr<EmissionObserver> observer);
  ~Observation() { stop(); }
  Observation(Observation&&) noexcept = default;
  Observation& operator=(Observation&& other) noexcept;

  void stop() noexcept;

  /// For signals, which add themselves.
  std::shared_ptr<detail::ObservedSignals> const& signals() const noexcept { return signals_; }

 private:
  std::shared_ptr<detail::ObservedSignals> signals_;
};

}  // namespace sferic
