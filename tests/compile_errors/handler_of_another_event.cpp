// expect-error: sferic: the handler cannot be called with this event; it must take
#include <sferic/training_bus/training_bus.hpp>

void connect(sferic::TrainingBus& bus) {
  bus.on<sferic::event::TrainBatchEnd>([](sferic::event::FitEnd const&) {});
}
