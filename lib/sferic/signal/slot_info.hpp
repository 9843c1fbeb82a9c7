#pragma once

#include <sferic/signal/order.hpp>

#include <string>

namespace sferic {

/// What can be told of a connected slot, as it was when it was asked for.
struct SlotInfo {
  /// The name given by Connection::set_name(), else the callback that the handler belongs to, else
  /// the handler's type; "lambda" where that has no name.
  std::string name = {};

  std::string where = {};   ///< where it was connected, as "main.cpp:12"; empty if unknown
  std::string filter = {};  ///< "after(10) | every(5)"; empty if every event goes to the handler
  Order order = Order::kNormal;
  bool blocked = false;
  bool tracked = false;  ///< its connection ends with an object's life

  /// The name, which has the place behind it where it would not say which of several it is.
  [[nodiscard]] std::string text() const {
    return name == "lambda" && !where.empty() ? name + " at " + where : name;
  }
};

}  // namespace sferic
