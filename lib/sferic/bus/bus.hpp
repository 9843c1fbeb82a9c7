#pragma once

#include <sferic/bus/callback.hpp>
#include <sferic/bus/extra_signals.hpp>
#include <sferic/signal/signal.hpp>

#include <type_traits>
#include <utility>

namespace sferic {

namespace detail {

template <class Event>
struct SignalOf {
  Signal<Event> signal;
};

}  // namespace detail

/// One signal for each event of a list. This is what listeners get: it connects. Emitting the
/// list's events takes an EmittingBus.
///
///   bus.on<event::TrainBatchEnd>([](auto const& e) { ... });
///   bus.on<event::TrainBatchEnd>(every(100), handler, Order::kLate);
///
///   EarlyStopping stopping;                       // a struct with on(event::X const&) overloads
///   Subscription s = bus.attach(stopping);        // borrowed: it must outlive the Subscription
///
/// Events that are not in the list can be used as well: a user's event type has its signal here as
/// soon as somebody names it. Such a signal is found by a lock and a look-up.
template <class List>
class Bus;

template <template <class...> class List, class... Events>
class Bus<List<Events...>> : detail::SignalOf<Events>... {
 public:
  template <class Event>
  static constexpr bool kLists = (std::is_same_v<Event, Events> || ...);

  Bus(Bus const&) = delete;
  Bus& operator=(Bus const&) = delete;

  /// Calls `handler(event)` for each Event. The bus owns the handler.
  template <class Event, class Handler>
    requires(!AnyFilter<std::decay_t<Handler>>)
  Connection on(Handler&& handler, Order order = Order::kNormal) {
    return signal<Event>().connect(std::forward<Handler>(handler), order);
  }

  /// Calls `handler(event)` for each Event that `filter` lets through.
  template <class Event, AnyFilter Filter, class Handler>
  Connection on(Filter filter, Handler&& handler, Order order = Order::kNormal) {
    return signal<Event>().connect(std::move(filter), std::forward<Handler>(handler), order);
  }

  /// Connects each `on(event::X const&)` overload of `callback`, at its `kOrder` if it has one; or
  /// lets it connect itself, if it has a `Subscription connect(Bus&)`. The callback is borrowed.
  template <class Callback>
  [[nodiscard]] Subscription attach(Callback& callback) {
    if constexpr (ConnectsItself<Callback, Bus>) {
      static_assert(std::is_same_v<decltype(callback.connect(*this)), Subscription>,
                    "sferic: connect(Bus&) must return the Subscription of what it connected");
      return callback.connect(*this);
    } else {
      static_assert((HandlerOf<Callback, Events> || ...),
                    "sferic: this callback has no on(event::X const&) for any event of the bus");
      static_assert(!(detail::WantsMutable<Callback, Events> || ...),
                    "sferic: on() must take its event by reference to const: on(event::X const&)");
      if constexpr (requires { Callback::template kAllHear<Events...>; }) {
        static_assert(Callback::template kAllHear<Events...>,
                      "sferic: a part of compose() hears no event of the bus");
      }
      Subscription subscription;
      (attach_to<Events>(callback, subscription), ...);
      return subscription;
    }
  }

  /// A temporary would be gone before its first event.
  template <class Callback>
    requires(!std::is_lvalue_reference_v<Callback>)
  Subscription attach(Callback&& callback) = delete;

  /// Emits an event of the user's own.
  template <class Event>
    requires(!kLists<Event>)
  void emit(Event const& event) {
    extra_.get<Event>().emit(event);
  }

 protected:
  Bus() = default;
  ~Bus() = default;

  template <class Event>
  auto& signal() {
    if constexpr (kLists<Event>) {
      return static_cast<detail::SignalOf<Event>&>(*this).signal;
    } else {
      return extra_.get<Event>();
    }
  }

 private:
  template <class Event, class Callback>
  void attach_to(Callback& callback, Subscription& subscription) {
    if constexpr (HandlerOf<Callback, Event>) {
      subscription += signal<Event>().connect(detail::Borrowed<Callback>{&callback},
                                              detail::order_of<std::remove_cv_t<Callback>>());
    }
  }

  detail::ExtraSignals extra_;
};

/// A bus for its owner, who emits the list's events.
template <class List>
class EmittingBus : public Bus<List> {
 public:
  EmittingBus() = default;

  template <class Event>
  void emit(Event const& event) {
    this->template signal<Event>().emit(event);
  }

  /// Whether anybody is connected to Event.
  template <class Event>
  bool is_heard() {
    return !this->template signal<Event>().empty();
  }

  /// Emits such that every slot is called; see Signal::emit_to_all.
  template <class Event, class OnError>
  void emit_to_all(Event const& event, OnError on_error) {
    this->template signal<Event>().emit_to_all(event, std::move(on_error));
  }
};

}  // namespace sferic
