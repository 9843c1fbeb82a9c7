#pragma once

#include <sferic/signal/call_site.hpp>
#include <sferic/signal/connection.hpp>
#include <sferic/signal/detail/emission.hpp>
#include <sferic/signal/detail/slot.hpp>
#include <sferic/signal/filter.hpp>
#include <sferic/signal/order.hpp>
#include <sferic/signal/slot_info.hpp>
#include <sferic/signal/track.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sferic {

class Observation;

namespace detail {
class ObservedSignals;
}

/// What all signals have in common, whatever their event.
class SignalBase {
 public:
  SignalBase(SignalBase const&) = delete;
  SignalBase& operator=(SignalBase const&) = delete;

  /// Ends the connections of one order, or all.
  void disconnect(Order order) noexcept;
  void disconnect_all() noexcept;

  /// The number of connected slots, blocked ones included.
  [[nodiscard]] std::size_t slot_count() const;
  [[nodiscard]] bool empty() const { return slot_count() == 0; }

  /// What is connected, blocked slots included, in the order in which it is called.
  [[nodiscard]] std::vector<SlotInfo> slots() const;

  /// Tells the observer of all emissions and calls from the next emission on, until the observation
  /// ends. It gets `name` as the signal's.
  void observe(Observation const& observation, std::string_view name);
  void observe(detail::ObservedSignals& signals, std::string_view name);

 protected:
  SignalBase() = default;
  SignalBase(SignalBase&& other) noexcept;
  SignalBase& operator=(SignalBase&& other) noexcept;
  ~SignalBase();

  Connection connect(std::shared_ptr<detail::Slot> slot);

  void emit_to_all(void const* event, void (*on_error)(void*, std::exception_ptr const&),
                   void* context) const;

  [[gnu::always_inline]] void emit(void const* event) const {
    auto const* const plan = plan_.load(std::memory_order_relaxed);
    if (plan != nullptr) detail::run_published(plan_, event, plan);
  }

 private:
  detail::Topology& topology();
  void close() noexcept;

  std::atomic<detail::Entry const*> plan_{nullptr};
  std::atomic<detail::Topology*> topology_{nullptr};  ///< made by the first connection
};

/// Calls its slots, in order, with each event that is emitted.
///
/// 1. Slots are called by Order, then as they were connected.
/// 2. A slot that is connected during an emission is first called in the next one. One that is
///    disconnected or blocked during an emission, by itself or another, is not called any more in
///    it, and no other slot is passed over.
/// 3. A slot may emit the same signal again, and may disconnect or destroy anything. If it destroys
///    the signal, the slots that are left are not called.
/// 4. An exception from a slot ends that emission and leaves emit(); the signal stays as it was.
/// 5. A slot that tracks an object (see track()) ends with it.
/// 6. The captures of a disconnected slot are released inside disconnect(), or when the last
///    emission that could hold them returns. If other threads use the signal or the connection at
///    that moment, one of them may do it.
/// 7. Any thread may emit, connect, disconnect and block at any time. No lock is held while a slot
///    or a destructor of the user's runs. Not promised: destroying or moving a signal while another
///    thread uses it; using signals in a child of fork() after other threads have used any; and two
///    copies of this library in one process, as when a plugin links its own.
///
/// Emitting takes no lock and allocates nothing, except the first emission after slots were
/// connected or disconnected, which compiles the plan that the following ones run; a thread's first
/// emission, and its first of each depth of nesting; and one that frees slots that ended during it.
template <class Event>
class Signal : public SignalBase {
  static_assert(std::is_object_v<Event> && !std::is_const_v<Event>,
                "sferic::Signal<Event>: Event must be a plain type, not a reference or const");

 public:
  Signal() = default;
  Signal(Signal&&) noexcept = default;
  Signal& operator=(Signal&&) noexcept = default;
  ~Signal() = default;

  /// Calls `handler(event)` from the next emission on. The signal owns the handler, which may be
  /// move-only. Throws std::invalid_argument if it is a null pointer or an empty std::function.
  /// `where` is told to those who look at the signal.
  template <class Handler>
    requires(!AnyFilter<std::decay_t<Handler>>)
  Connection connect(Handler&& handler, Order order = Order::kNormal,
                     CallSite where = CallSite::here()) {
    using Stored = std::decay_t<Handler>;
    check_handler<Stored>();
    return add<Stored>(order, where, std::forward<Handler>(handler));
  }

  /// Calls `handler(event)` for the events that `filter` lets through.
  template <AnyFilter Filter, class Handler>
  Connection connect(Filter filter, Handler&& handler, Order order = Order::kNormal,
                     CallSite where = CallSite::here()) {
    using Stored = std::decay_t<Handler>;
    check_handler<Stored>();
    static_assert(std::is_invocable_r_v<bool, Filter&, Event const&>,
                  "sferic: the filter's predicate cannot be called with this event");
    return add<detail::Filtered<Filter, Stored>>(order, where, std::move(filter),
                                                 std::forward<Handler>(handler));
  }

  [[gnu::always_inline]] void emit(Event const& event) const {
    SignalBase::emit(std::addressof(event));
  }

  /// Emits such that every slot is called, whatever others throw; `on_error` takes each
  /// std::exception_ptr. Slower than emit(), for the few events that nobody must miss.
  template <class OnError>
  void emit_to_all(Event const& event, OnError on_error) const {
    SignalBase::emit_to_all(std::addressof(event),
                            [](void* context, std::exception_ptr const& error) {
      (*static_cast<OnError*>(context))(error);
    }, std::addressof(on_error));
  }

 private:
  template <class Handler>
  static constexpr void check_handler() {
    static_assert(!AnyFilter<Handler>, "sferic: a filter is given before a handler, not as one");
    static_assert(requires(Handler& handler, Event const& event) { handler(event); },
                  "sferic: the handler cannot be called with this event; it must take "
                  "`Event const&` (or `auto const&`)");
  }

  template <class Handler, class... Arguments>
  Connection add(Order order, CallSite where, Arguments&&... arguments) {
    detail::check_not_empty(arguments...);
    auto slot = std::make_shared<detail::SlotOf<Handler>>(std::forward<Arguments>(arguments)...);
    slot->thunk = &detail::call_then_next<Handler, Event>;
    slot->order = order;
    slot->where = where;
    return SignalBase::connect(std::move(slot));
  }
};

}  // namespace sferic
