// Trains a small convolutional net on handwritten digits and tests it on digits that it has not
// seen.

#include <sferic/sferic.hpp>

#include <torch/torch.h>

#include <cstdio>
#include <exception>

#include "digits.hpp"

namespace {

using Batch = torch::data::Example<>;

class DigitNet : public torch::nn::Module {
 public:
  torch::Tensor forward(torch::Tensor const& images) { return layers_->forward(images); }

  torch::Tensor training_step(Batch const& batch, sferic::Step& step) {
    auto const loss = torch::cross_entropy_loss(forward(batch.data), batch.target);
    step.log("loss", loss, {.progress_bar = true});
    return loss;
  }

  void validation_step(Batch const& batch, sferic::Step& step) {
    auto const scores = forward(batch.data);
    step.log("val_loss", torch::cross_entropy_loss(scores, batch.target), {.progress_bar = true});
    step.log("val_accuracy", accuracy(scores, batch.target), {.progress_bar = true});
  }

  void test_step(Batch const& batch, sferic::Step& step) {
    step.log("test_accuracy", accuracy(forward(batch.data), batch.target));
  }

  auto configure_optimizers() { return torch::optim::Adam(parameters(), /*learning rate=*/2e-3); }

 private:
  static torch::Tensor accuracy(torch::Tensor const& scores, torch::Tensor const& labels) {
    return (scores.argmax(1) == labels).to(torch::kFloat).mean();
  }

  torch::nn::Sequential layers_ = register_module(
      "layers",
      torch::nn::Sequential(
          torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 16, 3).padding(1)),  // 8x8
          torch::nn::ReLU(), torch::nn::Conv2d(torch::nn::Conv2dOptions(16, 32, 3).padding(1)),
          torch::nn::ReLU(),
          torch::nn::MaxPool2d(2),  // 4x4
          torch::nn::Flatten(), torch::nn::Dropout(0.25), torch::nn::Linear(32 * 4 * 4, 10)));
};

void train(char const* path) {
  auto const [train, held_back] = split(read_digits(path), 0.8, /*seed=*/1);
  sferic::TensorLoader train_loader(train.images, train.labels,
                                    {.batch_size = 32, .shuffle = true, .seed = 1});
  sferic::TensorLoader test_loader(held_back.images, held_back.labels, {.batch_size = 120});

  torch::manual_seed(1);
  DigitNet net;
  sferic::Trainer trainer({.max_epochs = 25});
  trainer.add(sferic::ProgressBar());
  trainer.on<sferic::event::ValidationEnd>([](auto const& e) {
    if (e.metrics.at("val_accuracy") >= 0.995) e.control.stop("the validation accuracy is 99.5 %");
  });

  trainer.fit(net, train_loader, test_loader);
  trainer.test(net, test_loader);
  std::printf("Accuracy on %lld digits that were held back: %.1f %%\n",
              static_cast<long long>(held_back.size()),
              100 * trainer.metrics().at("test_accuracy"));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s digits.csv.gz\n", argv[0]);
    return 2;
  }
  try {
    train(argv[1]);
  } catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
