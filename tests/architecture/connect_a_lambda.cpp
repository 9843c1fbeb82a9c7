// The least that a user's file needs to hear of an event.
#include <sferic/training_bus/training_bus.hpp>

void stop_after(sferic::TrainingBus& bus, std::int64_t steps) {
  bus.on<sferic::event::TrainBatchEnd>([steps](sferic::event::TrainBatchEnd const& e) {
    if (e.progress.optimizer_steps >= steps) e.control.stop("enough steps");
  });
}
