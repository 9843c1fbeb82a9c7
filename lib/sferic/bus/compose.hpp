#pragma once

#include <sferic/bus/callback.hpp>
#include <sferic/signal/connection.hpp>
#include <sferic/signal/detail/slot.hpp>
#include <sferic/signal/filter.hpp>
#include <sferic/signal/order.hpp>

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sferic {

namespace detail {

/// A callback with an `on` for Event, or a function of it.
template <class Part, class Event>
concept Hears = HandlerOf<Part, Event> || std::is_invocable_v<Part&, Event const&>;

template <class Part, class... Events>
concept HearsOneOf = (Hears<Part, Events> || ...);

template <class Part, class Event>
concept HearsMutable =
    !Hears<Part, Event> && (WantsMutable<Part, Event> || std::is_invocable_v<Part&, Event&>);

/// Calls the part if it hears this event.
template <class Part, class Event>
void tell(Part& part, Event const& event) {
  if constexpr (HandlerOf<Part, Event>) {
    part.on(event);
  } else if constexpr (std::is_invocable_v<Part&, Event const&>) {
    part(event);
  }
}

/// The order of all parts.
template <class First, class... Rest>
consteval Order common_order() {
  static_assert(((order_of<First>() == order_of<Rest>()) && ...),
                "sferic: the parts of compose() must have the same kOrder; add them one by one");
  return order_of<First>();
}

}  // namespace detail

/// What compose() returns.
template <class... Parts>
class Composed {
  static_assert((!AnyFilter<std::remove_cvref_t<Parts>> && ...),
                "sferic: a filter is given before compose(), not as a part of it");

 public:
  using IsComposed = void;
  static constexpr Order kOrder = detail::common_order<std::remove_cvref_t<Parts>...>();

  explicit Composed(std::tuple<Parts...> parts) : parts_(std::move(parts)) {
    std::apply([](auto const&... part) { (detail::check_not_empty(part), ...); }, parts_);
  }

  /// Whether each part hears at least one of these events.
  template <class... Events>
  static constexpr bool kAllHear = (detail::HearsOneOf<Parts, Events...> && ...);

  /// As a callback: tells each event to the parts that hear it.
  template <class Event>
    requires(detail::Hears<Parts, Event> || ...) && (!detail::HearsMutable<Parts, Event> && ...)
  void on(Event const& event) {
    tell_all(event);
  }

  /// Not defined: lets a bus refuse a part whose `on` takes its event by a reference to non-const.
  template <class Event>
    requires(detail::HearsMutable<Parts, Event> || ...)
  void on(Event& event);

  /// Refuses parts that connect themselves.
  template <class Bus>
    requires(ConnectsItself<Parts, Bus> || ...)
  Subscription connect(Bus&) {
    static_assert(!std::is_object_v<Bus>,
                  "sferic: a callback with its own connect(Bus&) cannot be a part of compose(); "
                  "add it by itself");
    return {};
  }

  /// As a handler of one signal: every part must take the event.
  template <class Event>
    requires(detail::Hears<Parts, Event> && ...)
  void operator()(Event const& event) {
    tell_all(event);
  }

 private:
  template <class Event>
  void tell_all(Event const& event) {
    std::apply([&](auto&... part) { (detail::tell(part, event), ...); }, parts_);
  }

  std::tuple<Parts...> parts_;
};

/// One callback made of several, which are called in the order given: callbacks, of which each gets
/// the events that it has an `on` for, and functions of one event. On each signal it is a single
/// slot, with the parts' code inlined. The parts are copied or moved in; one in std::ref is
/// borrowed. Throws std::invalid_argument if one is a null pointer or an empty std::function.
///
///   signal.connect(compose(std::ref(count), [&](Tick const& tick) { sum += tick.value; }));
///   auto& both = trainer.add(compose(Loss{}, Throughput{}));
template <class... Parts>
  requires(sizeof...(Parts) > 0)
auto compose(Parts&&... parts) {
  using Stored = std::tuple<std::unwrap_ref_decay_t<Parts>...>;
  return Composed<std::unwrap_ref_decay_t<Parts>...>(Stored(std::forward<Parts>(parts)...));
}

}  // namespace sferic
