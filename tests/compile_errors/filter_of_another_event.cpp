// expect-error: sferic: the filter's predicate cannot be called with this event
#include <sferic/training_bus/training_bus.hpp>

void connect(sferic::TrainingBus& bus) {
  bus.on<sferic::event::TrainBatchEnd>(
      sferic::when([](sferic::event::FitEnd const&) { return true; }), [](auto const&) {});
}
