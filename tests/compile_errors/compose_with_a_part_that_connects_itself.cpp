// expect-error: sferic: a callback with its own connect(Bus&) cannot be a part of compose()
#include <sferic/bus/compose.hpp>
#include <sferic/training_bus/training_bus.hpp>

struct ByOverloads {
  void on(sferic::event::TrainBatchEnd const&) {}
};
struct ByItself {
  sferic::Subscription connect(sferic::TrainingBus&) { return {}; }
};

void connect(sferic::TrainingBus& bus) {
  auto both = sferic::compose(ByOverloads{}, ByItself{});
  auto const subscription = bus.attach(both);
}
