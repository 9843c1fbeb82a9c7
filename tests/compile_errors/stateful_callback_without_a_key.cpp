// expect-error: sferic: what has a serialize() needs a name for its state in checkpoints
#include <sferic/trainer/trainer.hpp>

struct Counter {
  void on(sferic::event::TrainBatchEnd const&) { ++count; }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & count;
  }
  int count = 0;
};

void add(sferic::Trainer& trainer) { trainer.add(Counter()); }
