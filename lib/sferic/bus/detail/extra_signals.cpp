#include <sferic/bus/detail/extra_signals.hpp>

#include <utility>

namespace sferic::detail {

void ExtraSignals::add(SignalBase& signal, std::string event) {
  std::erase_if(observed_, [](auto const& each) { return each.expired(); });
  for (auto const& each : observed_) {
    if (auto const signals = each.lock()) signal.observe(*signals, event);
  }
  named_.push_back({&signal, std::move(event)});
}

void ExtraSignals::observe(Observation const& observation) {
  std::vector<Named> named;
  {
    std::lock_guard const lock(mutex_);
    observed_.push_back(observation.signals());
    named = named_;
  }
  for (auto const& each : named) each.signal->observe(observation, each.event);
}

std::vector<EventWiring> ExtraSignals::describe() const {
  std::vector<Named> named;
  {
    std::lock_guard const lock(mutex_);
    named = named_;
  }
  std::vector<EventWiring> events;
  for (auto const& each : named) events.push_back({each.event, each.signal->slots()});
  return events;
}

}  // namespace sferic::detail
