// expect-error: kLists
#include <sferic/training_bus/training_bus.hpp>

void emit(sferic::TrainingBus& bus, sferic::event::FitEnd const& event) { bus.emit(event); }
