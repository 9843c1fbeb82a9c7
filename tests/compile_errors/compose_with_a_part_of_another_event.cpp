// expect-error: sferic: the handler cannot be called with this event
#include <sferic/bus/compose.hpp>
#include <sferic/training_bus/training_bus.hpp>

void connect(sferic::TrainingBus& bus) {
  auto const ends = [](sferic::event::TrainBatchEnd const&) {};
  auto const starts = [](sferic::event::TrainBatchStart const&) {};
  bus.on<sferic::event::TrainBatchEnd>(sferic::compose(ends, starts));
}
