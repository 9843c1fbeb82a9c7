#pragma once

#include <sferic/bus/detail/name_of.hpp>
#include <sferic/bus/wiring.hpp>
#include <sferic/signal/emission_observer.hpp>
#include <sferic/signal/signal.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>
#include <vector>

namespace sferic::detail {

/// The signals of events that a bus does not list, found by the event's type.
class ExtraSignals {
 public:
  template <class Event>
  Signal<Event>& get() {
    std::lock_guard const lock(mutex_);
    auto& found = signals_[typeid(Event)];
    if (!found) {
      auto made = std::make_shared<Signal<Event>>();
      add(*made, name_of_event<Event>());
      found = std::move(made);
    }
    return *static_cast<Signal<Event>*>(found.get());
  }

  /// Observes these signals and those to come.
  void observe(Observation const& observation);

  /// Who listens to them, in the order in which they were first named.
  std::vector<EventWiring> describe() const;

 private:
  struct Named {
    SignalBase* signal;
    std::string event;
  };

  void add(SignalBase& signal, std::string event);

  mutable std::mutex mutex_;
  std::unordered_map<std::type_index, std::shared_ptr<void>> signals_;
  std::vector<Named> named_;
  std::vector<std::weak_ptr<ObservedSignals>> observed_;
};

}  // namespace sferic::detail
