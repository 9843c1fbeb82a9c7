#include <sferic/bench/detail/heard.hpp>

namespace sferic::bench::detail {

namespace {

/// Calls `function.operator()<Event>()` for each event of the trainer.
template <class... Events, class Function>
void for_each_event(event::EventList<Events...>, Function function) {
  (function.template operator()<Events>(), ...);
}

}  // namespace

void Heard::connect_empty_handlers(Trainer& trainer) const {
  for_each_event(event::Catalogue(), [&]<class Event>() {
    for (auto const& slot : slots_of(Event::kName)) {
      trainer.on<Event>([](Event const&) {}, slot.order);
    }
  });
}

bool Heard::has_checkpoints() const {
  return !slots_of(event::SaveCheckpoint::kName).empty() ||
         !slots_of(event::CheckpointSaved::kName).empty() ||
         !slots_of(event::LoadCheckpoint::kName).empty();
}

std::vector<SlotInfo> const& Heard::slots_of(std::string_view event) const {
  static std::vector<SlotInfo> const none;
  for (auto const& each : wiring_.events) {
    if (each.event == event) return each.slots;
  }
  return none;
}

}  // namespace sferic::bench::detail
