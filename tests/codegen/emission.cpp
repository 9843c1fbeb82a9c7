#include <sferic/signal/signal.hpp>

struct Event {
  int value = 0;
};

void emit_once(sferic::Signal<Event> const& signal, Event const& event) { signal.emit(event); }
