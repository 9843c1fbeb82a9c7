#pragma once

namespace sferic {

/// When a slot is called within one emission. Slots of one order are called as they were connected.
/// The same order holds for start and for end events.
enum class Order {
  kEarly,   ///< before everyone else, e.g. what prepares values that others read
  kNormal,  ///< the default
  kLate,    ///< after everyone else's changes, e.g. what reports them
  kLast,    ///< monitors and checkpoints, which see what all others did
};

}  // namespace sferic
