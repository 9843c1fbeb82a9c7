#pragma once

#include <sferic/signal/connection.hpp>
#include <sferic/signal/order.hpp>

namespace sferic {

/// `callback.on(event)` is a handler of Event.
template <class Callback, class Event>
concept HandlerOf = requires(Callback& callback, Event const& event) { callback.on(event); };

/// A callback that connects what it wants by itself: `Subscription connect(Bus& bus)`.
template <class Callback, class Bus>
concept ConnectsItself = requires(Callback& callback, Bus& bus) { callback.connect(bus); };

namespace detail {

/// `on` takes Event, but not by reference to const.
template <class Callback, class Event>
concept WantsMutable = !HandlerOf<Callback, Event> &&
                       requires(Callback& callback, Event& event) { callback.on(event); };

/// The order in which a callback wishes to be called: its `kOrder`, if it has one.
template <class Callback>
consteval Order order_of() {
  if constexpr (requires { Callback::kOrder; }) {
    return Callback::kOrder;
  } else {
    return Order::kNormal;
  }
}

/// Calls the `on` overload of an object that somebody else owns.
template <class Callback>
struct Borrowed {
  using Wraps = Callback;
  Callback* callback;

  template <class Event>
  void operator()(Event const& event) const {
    callback->on(event);
  }
};

}  // namespace detail
}  // namespace sferic
