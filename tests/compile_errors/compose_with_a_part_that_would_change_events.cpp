// expect-error: sferic: on() must take its event by reference to const: on(event::X const&)
#include <sferic/bus/compose.hpp>
#include <sferic/training_bus/training_bus.hpp>

struct Right {
  void on(sferic::event::TrainBatchEnd const&) {}
};
struct Wrong {
  void on(sferic::event::TrainBatchEnd&) {}
};

void connect(sferic::TrainingBus& bus) {
  auto both = sferic::compose(Right{}, Wrong{});
  auto const subscription = bus.attach(both);
}
