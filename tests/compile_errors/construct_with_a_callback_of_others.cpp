// expect-error: sferic: a Trainer takes callbacks over: move them in, or attach() them later
#include <sferic/trainer/trainer.hpp>

#include "fake_torch.hpp"

struct Callback {
  void on(sferic::event::TrainBatchEnd const&) {}
};

void construct(Callback& callback) { sferic::Trainer const trainer({.max_epochs = 1}, callback); }
