// expect-error: sferic: include <sferic/persistence/state.hpp> for a callback with a serialize()
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

void add(sferic::Trainer& trainer) { trainer.add(Counter()); }
