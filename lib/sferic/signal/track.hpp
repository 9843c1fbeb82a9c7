#pragma once

#include <sferic/signal/detail/slot.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace sferic {

/// A handler that is called only while an object lives; see track().
template <class Handler, bool kOtherThreads>
class Tracked {
 public:
  Tracked(std::weak_ptr<void> owner, Handler handler)
      : owner_(std::move(owner)), handler_(std::move(handler)) {}

  template <class Event>
    requires std::is_invocable_v<Handler&, Event const&>
  void operator()(Event const& event) {
    if constexpr (kOtherThreads) {
      if (auto const alive = owner_.lock()) {
        handler_(event);
        return;
      }
    } else if (!owner_.expired()) {
      handler_(event);
      return;
    }
    detail::drop_expired(*slot_);
  }

  /// Makes `slot`, which holds this handler, follow the owner's life.
  void bind(detail::Slot& slot) {
    slot_ = &slot;
    slot.owner = owner_;
    slot.tracks = true;
  }

 private:
  std::weak_ptr<void> owner_;
  Handler handler_;
  detail::Slot* slot_ = nullptr;
};

/// A handler for `connect` that is never called once `owner` is gone, and that keeps `owner` alive
/// during the call. The connection ends by itself.
template <class Owner, class Handler>
auto track(std::weak_ptr<Owner> owner, Handler&& handler) {
  return Tracked<std::decay_t<Handler>, true>(std::move(owner), std::forward<Handler>(handler));
}

template <class Owner, class Handler>
auto track(std::shared_ptr<Owner> const& owner, Handler&& handler) {
  return track(std::weak_ptr<Owner>(owner), std::forward<Handler>(handler));
}

/// As track(), for owners whose last reference is dropped on the emitting thread only, and never
/// inside the handler. Cheaper: the owner is looked at, not locked.
template <class Owner, class Handler>
auto track_same_thread(std::weak_ptr<Owner> owner, Handler&& handler) {
  return Tracked<std::decay_t<Handler>, false>(std::move(owner), std::forward<Handler>(handler));
}

template <class Owner, class Handler>
auto track_same_thread(std::shared_ptr<Owner> const& owner, Handler&& handler) {
  return track_same_thread(std::weak_ptr<Owner>(owner), std::forward<Handler>(handler));
}

}  // namespace sferic
