#include <sferic/signal/signal.hpp>

struct Event {
  int value = 0;
};

int sum_of_one_event() {
  int sum = 0;
  sferic::Signal<Event> signal;
  signal.connect([&](Event const& event) { sum += event.value; });
  signal.emit({3});
  return sum;
}
