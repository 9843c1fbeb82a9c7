// expect-error: sferic: a part of compose() hears no event of the bus
#include <sferic/bus/compose.hpp>
#include <sferic/training_bus/training_bus.hpp>

struct Hears {
  void on(sferic::event::TrainBatchEnd const&) {}
};
struct Misspelt {
  void onn(sferic::event::TrainBatchEnd const&) {}
};

void connect(sferic::TrainingBus& bus) {
  auto both = sferic::compose(Hears{}, Misspelt{});
  auto const subscription = bus.attach(both);
}
