// expect-error: sferic: a filter is given before a handler, not as one
#include <sferic/training_bus/training_bus.hpp>

void connect(sferic::TrainingBus& bus) {
  bus.on<sferic::event::TrainBatchEnd>(sferic::every(2), sferic::once());
}
