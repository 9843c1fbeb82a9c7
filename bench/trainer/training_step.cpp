// What does the trainer cost in a real training step, beside a loop written by hand, and beside
// that loop with hooks of other kinds: with nothing connected, with handlers on two events of each
// batch, with a progress bar and a logged value, and with all that a training usually has?

#include "training_step.hpp"

#include <sferic/trainer/trainer.hpp>

#include <memory>
#include <string>

#include "support/counting_handlers.hpp"

namespace {

using namespace sferic::bench;
namespace event = sferic::event;

void add_handlers(std::string const& subject, int count) {
  add_row(subject, [count] {
    auto trainer = std::make_shared<sferic::Trainer>(sferic::TrainerOptions{.max_epochs = 1});
    auto kept = connect_counting<event::TrainBatchStart, event::TrainBatchEnd>(*trainer, count);
    auto module = std::make_shared<Perceptron>();
    return [kept, trainer, module](auto& batches) { trainer->fit(module, batches); };
  });
}

[[maybe_unused]] bool const registered = [] {
  add_loop("by hand", [] {
    return [](auto& module, auto& optimizer, auto& batches) {
      train_by_hand(module, optimizer, batches);
    };
  });
  for (int const count : {1, 8}) add_virtual_hooks(count);
  for (int const count : {1, 8}) add_signals2(count);
  add_handlers("sferic", 0);
  add_handlers("sferic, 1 handler on two events", 1);
  for (int const count : {8, 32}) {
    add_handlers("sferic, " + std::to_string(count) + " handlers on two events", count);
  }
  add_default_setup();
  return true;
}();

}  // namespace
