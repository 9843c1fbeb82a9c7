// What does the trainer cost in a real training step, beside a loop written by hand: with nothing
// connected, with handlers on two events of each batch, with a progress bar and a logged value?

#include <sferic/callbacks/progress_bar.hpp>
#include <sferic/trainer/trainer.hpp>

#include <cstdint>
#include <memory>

#include "discarding_terminal.hpp"
#include "perceptron.hpp"

namespace {

using namespace sferic::bench;
namespace event = sferic::event;

constexpr char const* kGroup = "Training step";
constexpr char const* kCase = "64-64-10 perceptron, batch 32";

/// A perceptron that logs its loss in each step.
class LoggingPerceptron : public Perceptron {
 public:
  torch::Tensor training_step(Batch const& batch, sferic::Step& step) {
    auto const loss = Perceptron::training_step(batch);
    step.log("loss", loss, {.progress_bar = true});
    return loss;
  }
};

/// An epoch of `Module` by a trainer to which `prepare` has connected something; what it returns is
/// kept as long.
template <class Module = Perceptron, class Prepare>
void add_trainer(std::string const& subject, Prepare prepare) {
  add(kGroup, subject, kCase, [prepare] {
    auto trainer = std::make_shared<sferic::Trainer>(sferic::TrainerOptions{.max_epochs = 1});
    auto kept = prepare(*trainer);
    auto module = std::make_shared<Module>();
    return [kept, trainer, module, batches = Data().batches()]() mutable {
      trainer->fit(module, batches);
    };
  });
}

/// Connects `count` handlers to each of two events of a batch.
auto handlers(int count) {
  return [count](sferic::Trainer& trainer) {
    auto calls = std::make_shared<std::int64_t>(0);
    for (int i = 0; i < count; ++i) {
      trainer.on<event::TrainBatchStart>([calls = calls.get()](auto const&) { ++*calls; });
      trainer.on<event::TrainBatchEnd>([calls = calls.get()](auto const&) { ++*calls; });
    }
    return calls;
  };
}

[[maybe_unused]] bool const registered = [] {
  add(kGroup, "by hand", kCase, [] {
    auto module = std::make_shared<Perceptron>();
    auto optimizer = std::make_shared<torch::optim::SGD>(module->configure_optimizers());
    return [=, batches = Data().batches()] { train_by_hand(*module, *optimizer, batches); };
  });
  add_trainer("sferic", [](sferic::Trainer&) { return 0; });
  for (int const count : {1, 8, 32}) {
    auto const s = count == 1 ? "" : "s";
    add_trainer("sferic, " + std::to_string(count) + " handler" + s + " on two events",
                handlers(count));
  }
  add_trainer<LoggingPerceptron>("sferic, progress bar and a logged value",
                                 [](sferic::Trainer& trainer) {
    auto terminal = std::make_shared<DiscardingTerminal>();
    trainer.add(sferic::ProgressBar({.file = terminal->file()}));
    return terminal;
  });
  return true;
}();

}  // namespace
