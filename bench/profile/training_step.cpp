// What does a profiler cost in a real training step, with one handler on each of two events?

#include <sferic/callbacks/hook_profiler.hpp>
#include <sferic/trainer/trainer.hpp>

#include <memory>

#include "support/epochs.hpp"
#include "trainer/perceptron.hpp"

namespace {

using namespace sferic::bench;
namespace event = sferic::event;

void add_trainer(std::string const& subject, bool profiled) {
  add_epochs("Training step under a profiler", subject, "64-64-10 perceptron, batch 32",
             [profiled] {
    auto trainer = std::make_shared<sferic::Trainer>(sferic::TrainerOptions{.max_epochs = 1});
    trainer->on<event::TrainBatchStart>([](auto const&) {});
    trainer->on<event::TrainBatchEnd>([](auto const&) {});
    if (profiled) trainer->add(sferic::HookProfiler({.print = false}));
    auto module = std::make_shared<Perceptron>();
    return
        [trainer, module, batches = Data().batches()]() mutable { trainer->fit(module, batches); };
  }, kSteps);
}

[[maybe_unused]] bool const added = [] {
  add_trainer("no profiler", false);
  add_trainer("HookProfiler", true);
  return true;
}();

}  // namespace
