// Trains one classifier of handwritten digits in as many processes as there are, and tells how long
// it has taken and how well it does.

#include <sferic/distributed/distributed.hpp>
#include <sferic/sferic.hpp>

#include <torch/torch.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <string_view>

#include "digits.hpp"

namespace {

namespace event = sferic::event;
using Batch = torch::data::Example<>;

class DigitNet : public torch::nn::Module {
 public:
  torch::Tensor training_step(Batch const& batch, sferic::Step& step) {
    auto const loss = torch::cross_entropy_loss(layers_->forward(batch.data), batch.target);
    step.log("loss", loss, {.progress_bar = true});
    return loss;
  }

  // The share of one rank is weighed by its samples, so that this is the accuracy on all digits.
  void validation_step(Batch const& batch, sferic::Step& step) {
    auto const guesses = layers_->forward(batch.data).argmax(1);
    step.log("accuracy", (guesses == batch.target).to(torch::kFloat).mean(),
             {.progress_bar = true, .sync = sferic::Reduce::kMean});
  }

  auto configure_optimizers() { return torch::optim::Adam(parameters(), /*learning rate=*/2e-3); }

 private:
  torch::nn::Sequential layers_ = register_module(
      "layers",
      torch::nn::Sequential(torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 32, 3).padding(1)),
                            torch::nn::ReLU(),
                            torch::nn::Conv2d(torch::nn::Conv2dOptions(32, 64, 3).padding(1)),
                            torch::nn::ReLU(), torch::nn::MaxPool2d(2), torch::nn::Flatten(),
                            torch::nn::Dropout(0.25), torch::nn::Linear(64 * 4 * 4, 10)));
};

/// A batch of all ranks is as large whatever their number, so that they learn the same.
void train(char const* path, bool is_short) {
  constexpr std::int64_t kBatch = 64;
  auto const ranks = sferic::distributed();
  auto const batch_size = kBatch / (ranks ? ranks->world_size() : 1);
  auto const [train, held_back] = split(read_digits(path), 0.8, /*seed=*/1);
  sferic::TensorLoader data(train.images, train.labels,
                            {.batch_size = batch_size, .shuffle = true, .seed = 1});
  sferic::TensorLoader validation(held_back.images, held_back.labels, {.batch_size = 120});

  DigitNet net;
  sferic::Trainer trainer({.max_epochs = is_short ? 2 : 15, .seed = 1, .ranks = ranks});
  trainer.add(sferic::ProgressBar());
  auto const start = std::chrono::steady_clock::now();
  trainer.on<event::FitEnd>(sferic::rank_zero(), [&](auto const& e) {
    auto const time = std::chrono::steady_clock::now() - start;
    std::printf("World size %d, %.1f s: accuracy on digits that were held back %.1f %%\n",
                static_cast<int>(e.progress.world_size),
                std::chrono::duration<double>(time).count(), 100 * e.metrics.at("accuracy"));
  });
  trainer.fit(net, data, validation);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s digits.csv.gz [--short]\n", argv[0]);
    return 2;
  }
  try {
    train(argv[1], argc > 2 && std::string_view(argv[2]) == "--short");
  } catch (sferic::Interrupted const& interrupted) {
    return interrupted.exit_code();
  } catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
