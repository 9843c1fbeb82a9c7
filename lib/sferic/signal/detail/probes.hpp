#pragma once

#include <sferic/signal/detail/plan.hpp>
#include <sferic/signal/emission_observer.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace sferic::detail {

struct ObserverOf;

/// What stands before a slot's entry in the plan of an observed signal.
struct Probe {
  std::size_t index;            ///< of the slot
  Entry const* slot = nullptr;  ///< its entry
};

/// Who is told of the emissions of a plan, and by which numbers.
class Probes {
 public:
  Probes(std::vector<ObserverOf> const& observers, std::vector<SlotInfo> const& slots);
  Probes(Probes const&) = delete;
  Probes& operator=(Probes const&) = delete;

  Probe& at(std::size_t slot) noexcept { return probes_[slot]; }

 private:
  friend class ObservedEmission;

  /// An observer's numbers of the signal and of the slots.
  struct Watch {
    std::shared_ptr<EmissionObserver> observer;
    std::size_t signal;
    std::vector<std::size_t> slots;
  };

  std::vector<Watch> watches_;
  std::vector<Probe> probes_;
};

/// One emission that is observed, from its construction to its end, on the stack of its thread.
class ObservedEmission {
 public:
  explicit ObservedEmission(Probes const& probes) noexcept;
  ~ObservedEmission();
  ObservedEmission(ObservedEmission const&) = delete;
  ObservedEmission& operator=(ObservedEmission const&) = delete;

  /// The innermost one of this thread.
  static ObservedEmission& current() noexcept { return *current_; }

  /// The call before has ended, and that of the slot at `index` begins.
  void begin_call(std::size_t index) noexcept;

  /// The call before has ended, and none begins.
  void end_call() noexcept;

 private:
  using Time = EmissionObserver::Time;
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  void tell_call(Time now) noexcept;

  Probes const& probes_;
  ObservedEmission* outer_;
  Time began_;
  Time call_began_;
  std::size_t running_ = kNone;
  bool is_fresh_ = true;  ///< no call has begun yet, so call_began_ is right for the first one

  static thread_local constinit ObservedEmission* current_;
};

/// The first entry of an observed plan: runs the others.
Entry const* observe_emission(Entry const* entry, void const* event);

/// The entry before each slot's.
Entry const* observe_call(Entry const* entry, void const* event);

}  // namespace sferic::detail
