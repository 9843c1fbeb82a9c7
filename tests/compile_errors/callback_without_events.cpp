// expect-error: sferic: this callback has no on(event::X const&) for any event of the bus
#include <sferic/training_bus/training_bus.hpp>

struct Callback {
  void on(int) {}
};

void connect(sferic::TrainingBus& bus, Callback& callback) {
  auto const subscription = bus.attach(callback);
}
