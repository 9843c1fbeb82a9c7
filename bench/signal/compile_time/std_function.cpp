#include <functional>
#include <vector>

struct Event {
  int value = 0;
};

int sum_of_one_event() {
  int sum = 0;
  std::vector<std::function<void(Event const&)>> signal;
  signal.push_back([&](Event const& event) { sum += event.value; });
  for (auto const& slot : signal) slot({3});
  return sum;
}
