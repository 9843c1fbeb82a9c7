#pragma once

#include <sferic/signal/order.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace sferic::test::model {

using Time = std::uint64_t;
inline constexpr Time kNever = std::numeric_limits<Time>::max();

inline constexpr std::size_t kNoThread = std::numeric_limits<std::size_t>::max();

/// What is known of one slot. Outlives the slot.
struct Witness {
  Order order = Order::kNormal;
  std::size_t thread = kNoThread;  ///< that connected it
  Time connect_began = 0;
  std::atomic<Time> connect_ended{kNever};
  std::atomic<Time> disconnected{kNever};
  std::atomic<Time> blocked{kNever};  ///< since when its thread blocks it
  std::atomic<int> calls{0};          ///< under way
  std::atomic<bool> waited_for{false};
  int plain = 1;  ///< read by calls, written once there are none: a race if there are
};

/// One emission as its thread sees it.
struct Seen {
  Time began;
  Time idle_since = began;  ///< when its last call returned
  std::vector<Witness const*> called{};
  Time newest = 0;  ///< when the last connected one of the present order was connected, or later

  /// What is wrong with calling this slot next, or null.
  char const* call(Witness const& slot, std::size_t thread);
};

inline char const* Seen::call(Witness const& slot, std::size_t thread) {
  for (Witness const* const before : called) {
    if (before == &slot) return "a slot is called twice";
  }
  if (!called.empty() && called.back()->order != slot.order) {
    if (called.back()->order > slot.order) return "a slot is called after one of a later order";
    newest = 0;
  }
  if (slot.connect_ended < newest) return "a slot is called after one that was connected later";
  if (slot.thread == thread && slot.connect_began > began)
    return "a slot is called in the emission that it was connected in";
  auto const was_seen = [&](Time time) {
    return time != kNever && (time < idle_since || slot.thread == thread);
  };
  if (was_seen(slot.disconnected)) return "a slot is called after its disconnection";
  if (was_seen(slot.blocked)) return "a slot is called while it is blocked";
  newest = newest < slot.connect_began ? slot.connect_began : newest;
  called.push_back(&slot);
  return nullptr;
}

}  // namespace sferic::test::model
