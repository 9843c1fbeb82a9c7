#pragma once

#include <sferic/profile/detail/durations.hpp>
#include <sferic/signal/emission_observer.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace sferic::detail {

/// What a loop does between two events.
enum class Phase {
  kData,
  kForward,
  kZeroGrad,
  kBackward,
  kOptimizerStep,
  kLoop,
  kValidation,
  kValidationData,
  kValidationStep,
  kTestData,
  kTestStep,
  kPredictData,
  kPredictStep,
  kCheckpoint,
  kOther,
};
constexpr std::size_t kPhases = static_cast<std::size_t>(Phase::kOther) + 1;

std::string_view name(Phase phase);
constexpr bool is_in_step(Phase phase) { return phase <= Phase::kLoop; }

/// What an event means for the phases.
struct PhaseMark {
  std::optional<Phase> begins = {};  ///< the phase behind it; none: the one before it goes on
  std::optional<Phase> ends = {};    ///< what the time before it was, whatever had begun
  bool begins_step = false;
  bool ends_step = false;
  bool begins_validation = false;
  bool ends_validation = false;
  bool is_in_step = false;  ///< it is emitted in a training step, or to tell of one
};

/// Events of users have an empty one.
PhaseMark mark_of(std::string_view event);

/// Watches the emissions of one thread that lie in no other, and counts the times between them.
class Phases {
 public:
  using Time = EmissionObserver::Time;

  void emission_begins(PhaseMark const& mark, Time now) noexcept;
  void emission_ends(PhaseMark const& mark, Time now) noexcept;

  DurationCounts const& steps() const noexcept { return steps_; }
  DurationCounts const& of(Phase phase) const noexcept {
    return times_[static_cast<std::size_t>(phase)];
  }

 private:
  using Nanoseconds = DurationCounts::Nanoseconds;

  void end_phase(PhaseMark const& mark) noexcept;
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
