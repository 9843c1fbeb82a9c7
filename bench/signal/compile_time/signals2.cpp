#include <boost/signals2/signal.hpp>

struct Event {
  int value = 0;
};

int sum_of_one_event() {
  int sum = 0;
  boost::signals2::signal<void(Event const&)> signal;
  signal.connect([&](Event const& event) { sum += event.value; });
  signal({3});
  return sum;
}
