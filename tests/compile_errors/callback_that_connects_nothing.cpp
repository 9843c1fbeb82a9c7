// expect-error: sferic: connect(Bus&) must return the Subscription of what it connected
#include <sferic/training_bus/training_bus.hpp>

struct Callback {
  void connect(sferic::TrainingBus&) {}
};

void connect(sferic::TrainingBus& bus, Callback& callback) {
  auto const subscription = bus.attach(callback);
}
