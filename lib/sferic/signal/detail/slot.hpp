#pragma once

#include <sferic/signal/detail/plan.hpp>

#include <memory>
#include <utility>

namespace sferic::detail {

struct Registration;

/// What is known of one connected handler. The handler itself lives in the derived SlotOf; plans
/// and the registration share the slot, and its last owner destroys the handler's captures.
struct Slot {
  Thunk thunk = nullptr;      ///< calls the handler
  void* context = nullptr;    ///< where the handler is
  std::weak_ptr<void> owner;  ///< the tracked object, if `tracks`
  bool tracks = false;
  bool connected = true;  ///< guarded by the topology's mutex, as is:
  int blockers = 0;
  std::weak_ptr<Topology> topology;
  std::weak_ptr<Registration> registration;
};

/// Ends the connection of a slot whose tracked object is gone, as seen by an emission.
void drop_expired(Slot& slot) noexcept;

template <class Handler>
struct SlotOf : Slot {
  template <class... Arguments>
  explicit SlotOf(Arguments&&... arguments) : handler(std::forward<Arguments>(arguments)...) {
    context = &handler;
  }
  Handler handler;
};

}  // namespace sferic::detail
