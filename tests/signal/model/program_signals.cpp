// The operations on whole signals.

#include <memory>
#include <utility>

#include "signal/model/program.hpp"

namespace sferic::test::model {

Program::Place& Program::a_place() { return places_[at(decisions_.below(kPlaces + 1) % kPlaces)]; }

void Program::make_signal() {
  Place& place = a_place();
  if (place.signal) return;
  place.signal = std::make_unique<Signal<Event>>();
  place.number = signals_++;
  note("make signal ", place.number);
}

void Program::end_signal() {
  Place& place = a_place();
  if (!place.signal) return;
  note("end signal ", place.number);
  disconnecting(model_.slots_of(place.number), [&] { place.signal.reset(); });
}

void Program::move_signal() {
  Place& from = a_place();
  Place& to = a_place();
  if (!from.signal || from.is_disconnecting || to.is_disconnecting) return;
  note("move signal ", from.number);
  if (!to.signal) {
    to.signal = std::make_unique<Signal<Event>>(std::move(*from.signal));
  } else if (&from == &to) {
    *to.signal = std::move(*from.signal);
    return;
  } else {
    note("  over signal ", to.number);
    to.is_disconnecting = from.is_disconnecting = true;
    disconnecting(model_.slots_of(to.number), [&] { *to.signal = std::move(*from.signal); });
    to.is_disconnecting = from.is_disconnecting = false;
  }
  to.number = std::exchange(from.number, signals_++);
}

void Program::disconnect_order() {
  Place& place = a_place();
  auto const order = static_cast<Order>(decisions_.below(4));
  if (!place.signal) return;
  note("disconnect order ", static_cast<int>(order), " of signal ", place.number);
  place.is_disconnecting = true;
  disconnecting(model_.slots_of(place.number, order), [&] { place.signal->disconnect(order); });
  place.is_disconnecting = false;
}

void Program::disconnect_all() {
  Place& place = a_place();
  if (!place.signal) return;
  note("disconnect all of signal ", place.number);
  place.is_disconnecting = true;
  disconnecting(model_.slots_of(place.number), [&] { place.signal->disconnect_all(); });
  place.is_disconnecting = false;
}

void Program::count_slots() {
  Place const& place = a_place();
  if (!place.signal) return;
  note("count the slots of signal ", place.number);
  auto const [least, most] = model_.slot_count(place.number);
  std::size_t const count = place.signal->slot_count();
  if (count < least || count > most)
    expect("signal " + std::to_string(place.number) + " counts " + std::to_string(count) +
           " slots, not " + std::to_string(least));
}

}  // namespace sferic::test::model
