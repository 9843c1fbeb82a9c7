#include <sferic/signal/signal.hpp>

int main() {
  sferic::Signal<int> numbers;
  int sum = 0;
  numbers.connect([&sum](int const& number) { sum += number; });
  numbers.emit(3);
  return sum == 3 ? 0 : 1;
}
