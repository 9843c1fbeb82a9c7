#include <sferic/signal/emission_observer.hpp>

#include <sferic/signal/detail/observed_signals.hpp>
#include <sferic/signal/detail/reclaim.hpp>

#include <utility>

namespace sferic {

Observation::Observation(std::shared_ptr<EmissionObserver> observer)
    : signals_(std::make_shared<detail::ObservedSignals>(std::move(observer))) {}

Observation& Observation::operator=(Observation&& other) noexcept {
  if (this != &other) {
    stop();
    signals_ = std::move(other.signals_);
  }
  return *this;
}

void Observation::stop() noexcept {
  if (auto const signals = std::exchange(signals_, nullptr)) signals->stop();
}

detail::ObservedSignals::ObservedSignals(std::shared_ptr<EmissionObserver> observer)
    : observer_(std::move(observer)) {}

void detail::ObservedSignals::add(Topology& topology, std::string_view name) {
  bool is_plan_retired = false;
  {
    std::lock_guard const lock(mutex_);
    if (!observer_) return;
    topologies_.push_back(topology.weak_from_this());
    is_plan_retired = topology.observe(observer_, name);
  }
  if (is_plan_retired) free_retired_plans();
}

void detail::ObservedSignals::stop() noexcept {
  std::vector<std::weak_ptr<Topology>> topologies;
  std::shared_ptr<EmissionObserver> observer;
  {
    std::lock_guard const lock(mutex_);
    std::swap(topologies, topologies_);
    std::swap(observer, observer_);
  }
  for (auto const& each : topologies) {
    if (auto const topology = each.lock()) topology->stop_observing(*observer);
  }
}

}  // namespace sferic
