#pragma once

#include <sferic/bus/callback.hpp>
#include <sferic/bus/detail/extra_signals.hpp>
#include <sferic/bus/detail/name_of.hpp>
#include <sferic/bus/wiring.hpp>
#include <sferic/signal/emission_observer.hpp>
#include <sferic/signal/signal.hpp>

#include <memory>
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
  Connection on(Handler&& handler, Order order = Order::kNormal,
                CallSite where = CallSite::here()) {
    return signal<Event>().connect(std::forward<Handler>(handler), order, where);
  }

  /// Calls `handler(event)` for each Event that `filter` lets through.
  template <class Event, AnyFilter Filter, class Handler>
  Connection on(Filter filter, Handler&& handler, Order order = Order::kNormal,
                CallSite where = CallSite::here()) {
    return signal<Event>().connect(std::move(filter), std::forward<Handler>(handler), order, where);
  }

  /// Connects each `on(event::X const&)` overload of `callback`, at its `kOrder` if it has one; or
  /// lets it connect itself, if it has a `Subscription connect(Bus&)`. The callback is borrowed.
  template <class Callback>
  [[nodiscard]] Subscription attach(Callback& callback, CallSite where = CallSite::here()) {
    Subscription subscription = connect(callback, where);
    auto const name = detail::name_of_callback<Callback>();
    for (auto const& each : subscription.connections()) each.set_callback(name);
    return subscription;
  }

  /// A temporary would be gone before its first event.
  template <class Callback>
    requires(!std::is_lvalue_reference_v<Callback>)
  Subscription attach(Callback&& callback, CallSite where = {}) = delete;

  /// Emits an event of the user's own.
  template <class Event>
    requires(!kLists<Event>)
  void emit(Event const& event) {
    extra_.get<Event>().emit(event);
  }

  /// Who listens to which event, as it is now.
  [[nodiscard]] Wiring describe() const {
    Wiring wiring;
    (wiring.events.push_back({detail::name_of_event<Events>(), slots_of<Events>()}), ...);
    for (auto& extra : extra_.describe()) wiring.events.push_back(std::move(extra));
    return wiring;
  }

  /// Tells `observer` of all emissions, those of users' events included, until the returned object
  /// is destroyed.
  Observation observe(std::shared_ptr<EmissionObserver> observer) {
    Observation observation(std::move(observer));
    (signal<Events>().observe(observation, detail::name_of_event<Events>()), ...);
    extra_.observe(observation);
    return observation;
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
  template <class Event>
  std::vector<SlotInfo> slots_of() const {
    return static_cast<detail::SignalOf<Event> const&>(*this).signal.slots();
  }

  template <class Callback>
  Subscription connect(Callback& callback, CallSite where) {
    if constexpr (ConnectsItself<Callback, Bus>) {
      static_assert(std::is_same_v<decltype(callback.connect(*this)), Subscription>,
                    "sferic: connect(Bus&) must return the Subscription of what it connected");
      return callback.connect(*this);
    } else {
      static_assert(!(detail::WantsMutable<Callback, Events> || ...),
                    "sferic: on() must take its event by reference to const: on(event::X const&)");
      static_assert((HandlerOf<Callback, Events> || ...),
                    "sferic: this callback has no on(event::X const&) for any event of the bus");
      if constexpr (requires { Callback::template kAllHear<Events...>; }) {
        static_assert(Callback::template kAllHear<Events...>,
                      "sferic: a part of compose() hears no event of the bus");
      }
      Subscription subscription;
      (attach_to<Events>(callback, subscription, where), ...);
      return subscription;
    }
  }

  template <class Event, class Callback>
  void attach_to(Callback& callback, Subscription& subscription, CallSite where) {
    if constexpr (HandlerOf<Callback, Event>) {
      subscription +=
          signal<Event>().connect(detail::Borrowed<Callback>{&callback},
                                  detail::order_of<std::remove_cv_t<Callback>>(), where);
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
