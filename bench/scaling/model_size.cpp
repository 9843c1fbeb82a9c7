// From which size of a model on does nobody notice the trainer? Perceptrons of some hundred to ten
// million parameters, by hand, and by sferic with eight handlers on two events and a progress bar.

#include <sferic/callbacks/progress_bar.hpp>
#include <sferic/trainer/trainer.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/counting_handlers.hpp"
#include "support/discarding_terminal.hpp"
#include "support/epochs.hpp"
#include "trainer/perceptron.hpp"

namespace sferic::bench {
namespace {

/// A perceptron with as many inputs as hidden units, and ten outputs.
class Square : public torch::nn::Module {
 public:
  explicit Square(std::int64_t width) : width_(width) {}
  torch::Tensor training_step(Batch const& batch) {
    return torch::cross_entropy_loss(output_(torch::relu(hidden_(batch.data))), batch.target);
  }
  auto configure_optimizers() { return torch::optim::SGD(parameters(), /*learning rate=*/0.01); }

 private:
  std::int64_t width_;
  torch::nn::Linear hidden_ = register_module("hidden", torch::nn::Linear(width_, width_));
  torch::nn::Linear output_ = register_module("output", torch::nn::Linear(width_, 10));
};

std::int64_t parameters(std::int64_t width) { return (width + 1) * width + (width + 1) * 10; }

std::vector<Batch> batches(std::int64_t width, std::int64_t steps) {
  Batch const one{torch::randn({kBatchSize, width}), torch::randint(10, {kBatchSize})};
  return std::vector<Batch>(static_cast<std::size_t>(steps), one);
}

void add_width(std::int64_t width) {
  auto const group = "Training step by the size of the model";
  auto const in_case = std::to_string(parameters(width)) + " parameters";
  // Large ones take few steps, so that an epoch is a fraction of a second.
  auto const steps = std::clamp<std::int64_t>(100'000'000 / parameters(width), 8, 4096);
  add_epochs(group, "by hand", in_case, [=] {
    auto module = std::make_shared<Square>(width);
    auto optimizer = std::make_shared<torch::optim::SGD>(module->configure_optimizers());
    return [module, optimizer, all = batches(width, steps)] {
      for (Batch const& batch : all) {
        auto const loss = module->training_step(batch);
        optimizer->zero_grad();
        loss.backward();
        optimizer->step();
      }
    };
  }, steps);
  add_epochs(group, "sferic, 8 handlers and a progress bar", in_case, [=] {
    auto terminal = std::make_shared<DiscardingTerminal>();
    auto trainer = std::make_shared<Trainer>(TrainerOptions{.max_epochs = 1});
    trainer->add(ProgressBar({.file = terminal->file()}));
    auto kept = connect_counting<event::TrainBatchStart, event::TrainBatchEnd>(*trainer, 8);
    auto module = std::make_shared<Square>(width);
    return [terminal, kept, trainer, module, all = batches(width, steps)]() mutable {
      trainer->fit(module, all);
    };
  }, steps);
}

[[maybe_unused]] bool const registered = [] {
  for (std::int64_t const width : {14, 27, 95, 310, 994, 3157}) add_width(width);
  return true;
}();

}  // namespace
}  // namespace sferic::bench
