// expect-error: deleted
// expect-error: attach
#include <sferic/trainer/trainer.hpp>

#include "fake_torch.hpp"

struct Callback {
  void on(sferic::event::TrainBatchEnd const&) {}
};

void connect(sferic::Trainer& trainer) { auto const subscription = trainer.attach(Callback()); }
