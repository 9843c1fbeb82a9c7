// expect-error: sferic: the parts of compose() must have the same kOrder; add them one by one
#include <sferic/bus/compose.hpp>
#include <sferic/training_bus/training_bus.hpp>

struct Early {
  static constexpr sferic::Order kOrder = sferic::Order::kEarly;
  void on(sferic::event::TrainBatchEnd const&) {}
};
struct Normal {
  void on(sferic::event::TrainBatchEnd const&) {}
};

void connect(sferic::TrainingBus& bus) {
  auto both = sferic::compose(Early{}, Normal{});
  auto const subscription = bus.attach(both);
}
