#pragma once

#include <sferic/bus/wiring.hpp>
#include <sferic/signal/order.hpp>
#include <sferic/trainer/trainer.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sferic::bench::detail {

/// What is connected to a trainer.
class Heard {
 public:
  explicit Heard(Trainer& trainer) : wiring_(trainer.describe()) {}

  /// Connects as many empty handlers to the same events, except to events of users' own.
  void connect_empty_handlers(Trainer& trainer) const;

  /// An event of a checkpoint.
  bool has_checkpoints() const;

 private:
  std::vector<SlotInfo> const& slots_of(std::string_view event) const;

  Wiring wiring_;
};

}  // namespace sferic::bench::detail
