#pragma once

#include <sferic/signal/call_site.hpp>
#include <sferic/signal/detail/plan.hpp>
#include <sferic/signal/order.hpp>

#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace sferic::detail {

struct Registration;

/// What is known of one connected handler. The handler itself lives in the derived SlotOf; plans
/// and the registration share the slot, and its last owner destroys the handler's captures.
struct Slot {
  Thunk thunk = nullptr;                          ///< calls the handler
  void* context = nullptr;                        ///< where the handler is
  std::vector<std::weak_ptr<void const>> owners;  ///< the tracked objects
  std::type_info const* type = nullptr;           ///< of the handler, without what is around it
  std::string (*filter)(Slot const&) = nullptr;   ///< says how it is filtered, if it is
  CallSite where = {};                            ///< the connection
  Order order = Order::kNormal;
  bool connected = true;  ///< guarded by the topology's mutex, as are:
  int blockers = 0;
  std::string name = {};
  std::string callback = {};  ///< the name of the callback that the handler belongs to
  std::shared_ptr<void const> kept = {};
  std::weak_ptr<Topology> topology;
  std::weak_ptr<Registration> registration;
};

/// Ends the connection of a slot whose tracked object is gone, as seen by an emission.
void drop_expired(Slot& slot) noexcept;

/// Tells a handler of sferic's own, if it asks for that, in which slot it is.
template <class Handler>
void bind_handler(Handler& handler, Slot& slot) {
  if constexpr (requires { typename Handler::IsBound; }) handler.bind(slot);
}

/// Throws std::invalid_argument.
[[noreturn]] void refuse_empty_handler();

/// Refuses null pointers and empty std::functions. (A lambda without captures can be compared with
/// nullptr, too.)
template <class Handler>
void check_not_empty(Handler const& handler) {
  if constexpr (std::is_object_v<Handler> && !std::is_empty_v<Handler> &&
                requires { handler == nullptr; }) {
    if (handler == nullptr) refuse_empty_handler();
  }
}

template <class Filter, class Handler>
void check_not_empty(Filter const&, Handler const& handler) {
  check_not_empty(handler);
}

/// The user's handler inside of what sferic has put around it: each such class says by a member
/// type `Wraps` what that is.
template <class Handler>
struct Innermost {
  using Type = Handler;
};
template <class Handler>
  requires requires { typename Handler::Wraps; }
struct Innermost<Handler> : Innermost<typename Handler::Wraps> {};

template <class Handler>
struct SlotOf : Slot {
  template <class... Arguments>
  explicit SlotOf(Arguments&&... arguments) : handler(std::forward<Arguments>(arguments)...) {
    context = std::addressof(handler);
    type = &typeid(typename Innermost<Handler>::Type);
    if constexpr (requires { handler.filter_text(); }) {
      filter = [](Slot const& slot) {
        return static_cast<SlotOf const&>(slot).handler.filter_text();
      };
    }
    bind_handler(handler, *this);
  }
  Handler handler;
};

}  // namespace sferic::detail
