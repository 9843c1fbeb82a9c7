#pragma once

#include <sferic/signal/slot_info.hpp>

#include <iosfwd>
#include <string>
#include <vector>

namespace sferic {

/// An event, and who listens to it.
struct EventWiring {
  std::string event;
  std::vector<SlotInfo> slots;  ///< in the order in which they are called
};

/// Who listens to which events of a bus at one moment; see Bus::describe().
struct Wiring {
  std::vector<EventWiring> events;  ///< those of the bus's list in its order, then users' own

  /// A line a slot below its event: its place in the order, its group, its name, where it was
  /// connected, its filter, and whether it is blocked. Events that nobody listens to share lines.
  [[nodiscard]] std::string text() const;
};

std::ostream& operator<<(std::ostream& out, Wiring const& wiring);

}  // namespace sferic
