// expect-error: sferic: on() must take its event by reference to const: on(event::X const&)
#include <sferic/training_bus/training_bus.hpp>

struct Callback {
  void on(sferic::event::TrainBatchEnd&) {}
};

void connect(sferic::TrainingBus& bus, Callback& callback) {
  auto const subscription = bus.attach(callback);
}
