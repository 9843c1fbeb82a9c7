// Trains a net on the digits 0 to 4, and then, with a single sample of each, on 5 to 9: the layers
// that look at the image are taken over, at first frozen and then trained carefully. Leaves
// pictures of what it confuses, beside a net that began anew.

#include <sferic/sferic.hpp>

#include <torch/torch.h>

#include <cstdio>
#include <filesystem>
#include <utility>
#include <vector>

#include "digits.hpp"
#include "pictures.hpp"

namespace {

using Batch = torch::data::Example<>;

constexpr std::int64_t kClasses = 5;

/// Five digits: what it looks at in an image, [samples, 1, 8, 8], and what it makes of that.
class DigitNet : public torch::nn::Module {
 public:
  torch::Tensor forward(torch::Tensor const& images) {
    return head_->forward(backbone_->forward(images));
  }

  torch::Tensor training_step(Batch const& batch, sferic::Step& step) {
    auto const loss = torch::cross_entropy_loss(forward(batch.data), batch.target);
    step.log("loss", loss, {.progress_bar = true});
    return loss;
  }

  void validation_step(Batch const& batch, sferic::Step& step) {
    auto const right = forward(batch.data).argmax(1) == batch.target;
    step.log("accuracy", right.to(torch::kFloat).mean(), {.progress_bar = true});
  }

  auto configure_optimizers() { return torch::optim::Adam(parameters(), /*learning rate=*/3e-3); }

 private:
  torch::nn::Sequential backbone_ = register_module(
      "backbone",
      torch::nn::Sequential(torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 16, 3).padding(1)),
                            torch::nn::BatchNorm2d(16), torch::nn::ReLU(),
                            torch::nn::Conv2d(torch::nn::Conv2dOptions(16, 32, 3).padding(1)),
                            torch::nn::BatchNorm2d(32), torch::nn::ReLU(), torch::nn::MaxPool2d(2),
                            torch::nn::Flatten()));
  torch::nn::Linear head_ = register_module("head", torch::nn::Linear(32 * 4 * 4, kClasses));
};

/// The digits from `first` on, with labels from 0 on.
Digits five_digits(Digits const& digits, std::int64_t first) {
  auto const samples = (digits.labels >= first).logical_and(digits.labels < first + kClasses);
  auto const chosen = samples.nonzero().flatten();
  return {digits.images.index_select(0, chosen), digits.labels.index_select(0, chosen) - first};
}

/// The first sample of each digit.
Digits one_of_each(Digits const& digits) {
  std::vector<torch::Tensor> chosen;
  for (std::int64_t label = 0; label < kClasses; ++label) {
    chosen.push_back((digits.labels == label).nonzero().flatten().slice(0, 0, 1));
  }
  auto const samples = torch::cat(chosen);
  return {digits.images.index_select(0, samples), digits.labels.index_select(0, samples)};
}

sferic::TensorLoader loader(Digits const& digits, std::int64_t batch_size) {
  return {digits.images, digits.labels, {.batch_size = batch_size, .shuffle = true, .seed = 1}};
}

/// Trains, and returns the accuracy on digits that are held back.
template <class... Callbacks>
double train(DigitNet& net, Digits const& digits, Digits const& held_back, std::int64_t epochs,
             Callbacks&&... callbacks) {
  torch::manual_seed(2);
  sferic::Trainer trainer({.max_epochs = epochs}, std::forward<Callbacks>(callbacks)...);
  trainer.fit(net, loader(digits, 16), loader(held_back, 200));
  trainer.validate(net, loader(held_back, 200));
  return trainer.metrics().at("accuracy");
}

/// How often the digit of a row is taken for that of a column, bright where often: 5 x 5 squares.
torch::Tensor confusion(DigitNet& net, Digits const& digits) {
  torch::NoGradGuard const no_grad;
  net.eval();
  auto const cells = digits.labels * kClasses + net.forward(digits.images).argmax(1);
  auto const counts = torch::bincount(cells, {}, kClasses * kClasses).view({kClasses, kClasses});
  auto const shares = counts / counts.sum(1, /*keepdim=*/true);
  return shares.to(torch::kFloat).repeat_interleave(24, 0).repeat_interleave(24, 1);
}

/// The digits that the net takes for others.
torch::Tensor mistakes(DigitNet& net, Digits const& digits) {
  torch::NoGradGuard const no_grad;
  net.eval();
  auto const wrong = (net.forward(digits.images).argmax(1) != digits.labels).nonzero().flatten();
  auto const images = digits.images.index_select(0, wrong.slice(0, 0, 32));
  return images.repeat_interleave(6, 2).repeat_interleave(6, 3);
}

void run(Arguments const& arguments) {
  auto const [all, held_back] = split(read_digits(arguments.digits), 0.7, /*seed=*/1);
  auto const early = five_digits(all, 0);
  auto const late = one_of_each(five_digits(all, 5));
  auto const unseen = five_digits(held_back, 5);
  std::int64_t const epochs = arguments.is_short ? 4 : 30;

  torch::manual_seed(1);
  DigitNet first;
  train(first, early, five_digits(held_back, 0), epochs / 2,
        sferic::ModelSummary({.max_depth = 2}));
  auto const weights = arguments.folder / "digits_0_to_4.safetensors";
  sferic::save_safetensors(first, weights);

  DigitNet tuned;
  sferic::load_weights(tuned, weights);
  tuned.named_children()["head"]->as<torch::nn::Linear>()->reset_parameters();
  double const with_backbone =
      train(tuned, late, unseen, epochs, sferic::ProgressBar({.leave = false}),
            sferic::BackboneFinetuning({.unfreeze_backbone_at_epoch = epochs / 2}),
            sferic::ExponentialMovingAverage({.decay = 0.9, .warm_up = true}));

  DigitNet fresh;
  double const anew = train(fresh, late, unseen, epochs);

  std::printf(
      "Accuracy on the digits 5 to 9, after a single sample of each: %.1f %%, and %.1f %% of "
      "a net that began anew\n",
      100 * with_backbone, 100 * anew);
  auto const tables = torch::stack({confusion(tuned, unseen), confusion(fresh, unseen)});
  sferic::write_png(arguments.folder / "confusion.png",
                    sferic::to_image(sferic::make_grid(tables, {.padding = 8, .pad_value = 0.5})));
  auto const wrong = mistakes(tuned, unseen);
  if (wrong.size(0) > 0) {
    sferic::write_png(arguments.folder / "mistakes.png",
                      sferic::to_image(sferic::make_grid(wrong)));
  }
  std::printf("Look at the pictures in %s\n", arguments.folder.c_str());
}

}  // namespace

int main(int argc, char** argv) { return run_example(argc, argv, &run); }
