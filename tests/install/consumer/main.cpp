#include <sferic/signal/signal.hpp>
#include <sferic/version.hpp>

static_assert(sferic::version() == VERSION);

int main() {
  sferic::Signal<int> numbers;
  int sum = 0;
  auto connection = numbers.connect([&sum](int const& number) { sum += number; });
  numbers.emit(3);
  return sum == 3 ? 0 : 1;
}
