#pragma once

#include <sferic/training_bus/training_bus.hpp>

#include <type_traits>

namespace sferic::detail {

/// A module is told after the callbacks. At the end of a training epoch it still comes before those
/// that watch the others (Order::kLast), so that these see what it logs there.
template <class Event>
constexpr Order kModuleOrder =
    std::is_same_v<Event, event::TrainEpochEnd> ? Order::kLate : Order::kLast;

template <class Event, class Module>
void listen_to(Module& module, TrainingBus& bus, Subscription& subscription) {
  if constexpr (HandlerOf<Module, Event>) {
    subscription += bus.on<Event>(Borrowed<Module>{&module}, kModuleOrder<Event>, CallSite());
  }
}

template <class Module, class... Events>
Subscription listen(Module& module, TrainingBus& bus, event::EventList<Events...>) {
  static_assert(!(WantsMutable<Module, Events> || ...),
                "sferic: on() of a module must take its event by reference to const: "
                "on(event::X const&)");
  Subscription subscription;
  (listen_to<Events>(module, bus, subscription), ...);
  return subscription;
}

/// Connects each `on(event::X const&)` overload of a module, if it has any.
template <class Module>
Subscription listen(void* object, TrainingBus& bus) {
  return listen(*static_cast<Module*>(object), bus, event::Catalogue());
}

}  // namespace sferic::detail
