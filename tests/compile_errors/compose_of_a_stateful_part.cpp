// expect-error: sferic: a part of compose() has a state, which checkpoints would not keep
#include <sferic/bus/compose.hpp>
#include <sferic/persistence/state.hpp>
#include <sferic/trainer/trainer.hpp>

struct Counter {
  static constexpr std::string_view kStateKey = "Counter";
  void on(sferic::event::TrainBatchEnd const&) { ++count; }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & count;
  }
  int count = 0;
};

void add(sferic::Trainer& trainer) { trainer.add(sferic::compose(Counter())); }
