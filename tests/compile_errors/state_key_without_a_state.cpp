// expect-error: sferic: a callback has a kStateKey but no serialize(Archive&, unsigned)
#include <sferic/trainer/trainer.hpp>

struct Counter {
  static constexpr std::string_view kStateKey = "Counter";
  void on(sferic::event::TrainBatchEnd const&) {}
};

void add(sferic::Trainer& trainer) { trainer.add(Counter()); }
