#pragma once

#include <sferic/profile/detail/durations.hpp>
#include <sferic/profile/detail/event_role.hpp>
#include <sferic/signal/emission_observer.hpp>

#include <array>
#include <optional>

namespace sferic::detail {

/// Watches the emissions of one thread that lie in no other, and counts the times between them.
class Phases {
 public:
  using Time = EmissionObserver::Time;

  void emission_begins(EventRole const& role, Time now) noexcept;
  void emission_ends(EventRole const& role, Time now) noexcept;

  DurationCounts const& steps() const noexcept { return steps_; }
  DurationCounts const& of(Phase phase) const noexcept {
    return times_[static_cast<std::size_t>(phase)];
  }

 private:
  using Nanoseconds = DurationCounts::Nanoseconds;

  void end_phase(EventRole const& role) noexcept;
  void begin_step(Time now) noexcept;
  void end_step(Time now) noexcept;

  std::array<DurationCounts, kPhases> times_ = {};
  DurationCounts steps_;
  std::optional<Phase> phase_;  ///< the one that goes on
  Time phase_began_;
  Nanoseconds spent_{0};  ///< in it, without the emissions that did not end it
  Time since_;            ///< the last of these, or its beginning
  std::optional<Time> step_began_;
  std::optional<Time> validation_began_;
};

}  // namespace sferic::detail
