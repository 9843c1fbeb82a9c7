#pragma once

#include <sferic/signal/detail/slot.hpp>
#include <sferic/signal/filter.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace sferic {

namespace detail {

/// A handler that is called only while an object lives; see track().
template <class Handler>
class Tracked {
  static_assert(!AnyFilter<Handler>, "sferic: a filter is given before a handler, not as one");

 public:
  Tracked(std::weak_ptr<void const> owner, Handler handler)
      : owner_(std::move(owner)), handler_(std::move(handler)) {
    check_not_empty(handler_);
  }

  using IsBound = void;
  using Wraps = Handler;

  /// Makes `slot`, which holds this handler, follow the owner's life.
  void bind(Slot& slot) {
    slot_ = &slot;
    slot.owners.push_back(owner_);
    bind_handler(handler_, slot);
  }

 protected:
  /// Ends the slot. In a compose(), which goes on without this handler, there is none.
  void drop() noexcept {
    if (slot_ != nullptr) drop_expired(*slot_);
  }

  std::weak_ptr<void const> owner_;
  Handler handler_;

 private:
  Slot* slot_ = nullptr;
};

template <class Handler>
class TrackedAnywhere : public Tracked<Handler> {
 public:
  using Tracked<Handler>::Tracked;

  template <class Event>
    requires std::is_invocable_v<Handler&, Event const&>
  void operator()(Event const& event) {
    if (auto const alive = this->owner_.lock()) {
      this->handler_(event);
    } else {
      this->drop();
    }
  }
};

template <class Handler>
class TrackedOnOneThread : public Tracked<Handler> {
 public:
  using Tracked<Handler>::Tracked;
  using Tracked<Handler>::drop;

  bool expired() const noexcept { return this->owner_.expired(); }
  Handler& while_alive() noexcept { return this->handler_; }

  template <class Event>
    requires std::is_invocable_v<Handler&, Event const&>
  void operator()(Event const& event) {
    if (expired()) return drop();
    this->handler_(event);
  }
};

}  // namespace detail

/// A handler for `connect` that is never called once `owner` is gone, and that keeps `owner` alive
/// during the call. The connection ends by itself. track(a, track(b, handler)) follows both.
template <class Owner, class Handler>
auto track(std::weak_ptr<Owner> owner, Handler&& handler) {
  return detail::TrackedAnywhere<std::decay_t<Handler>>(std::move(owner),
                                                        std::forward<Handler>(handler));
}

template <class Owner, class Handler>
auto track(std::shared_ptr<Owner> const& owner, Handler&& handler) {
  return track(std::weak_ptr<Owner>(owner), std::forward<Handler>(handler));
}

/// As track(), for owners whose last reference is dropped on the emitting thread only, and never
/// inside the handler. Cheaper: the owner is looked at, not locked.
template <class Owner, class Handler>
auto track_same_thread(std::weak_ptr<Owner> owner, Handler&& handler) {
  return detail::TrackedOnOneThread<std::decay_t<Handler>>(std::move(owner),
                                                           std::forward<Handler>(handler));
}

template <class Owner, class Handler>
auto track_same_thread(std::shared_ptr<Owner> const& owner, Handler&& handler) {
  return track_same_thread(std::weak_ptr<Owner>(owner), std::forward<Handler>(handler));
}

}  // namespace sferic
