// Trains a variational autoencoder (Kingma and Welling, 2013) on handwritten digits, and leaves
// pictures of what it makes of random points, of its latent space, and of digits that it has not
// seen.

#include <sferic/sferic.hpp>

#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "digits.hpp"
#include "pictures.hpp"

namespace {

using Batch = torch::data::Example<>;

constexpr std::int64_t kLatentDim = 2;

/// An encoder from images, [samples, 1, 8, 8], to normal distributions in a plane, and a decoder
/// from points of the plane to images.
class Vae : public torch::nn::Module {
 public:
  torch::Tensor decode(torch::Tensor const& points) {
    return decoder_->forward(points).view({-1, 1, 8, 8}).sigmoid();
  }

  torch::Tensor reconstruct(torch::Tensor const& images) {
    return decode(encoder_->forward(images).chunk(2, 1)[0]);
  }

  torch::Tensor training_step(Batch const& batch, sferic::Step& step) {
    auto const [loss, divergence] = losses(batch.data, /*at_random=*/true);
    step.log("loss", loss + divergence, {.progress_bar = true});
    return loss + divergence;
  }

  void validation_step(Batch const& batch, sferic::Step& step) {
    auto const [loss, divergence] = losses(batch.data, /*at_random=*/false);
    step.log("val_reconstruction", loss, {.progress_bar = true});
    step.log("val_divergence", divergence, {.progress_bar = true});
  }

  auto configure_optimizers() { return torch::optim::Adam(parameters(), /*learning rate=*/2e-3); }

 private:
  using Sequential = torch::nn::Sequential;
  using Linear = torch::nn::Linear;

  /// For each image: the cross-entropy of its pixels, and how far its distribution is from the
  /// standard normal one. Less weight on the latter gives sharper digits.
  std::pair<torch::Tensor, torch::Tensor> losses(torch::Tensor const& images, bool at_random) {
    constexpr double kWeight = 0.4;
    auto const parts = encoder_->forward(images).chunk(2, 1);
    auto const& mean = parts[0];
    auto const& log_variance = parts[1];
    auto points = mean;
    if (at_random) points = mean + torch::randn_like(mean) * (0.5 * log_variance).exp();
    auto const count = static_cast<double>(images.size(0));
    auto const pixels = torch::binary_cross_entropy(decode(points), images, {}, at::Reduction::Sum);
    auto const divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum();
    return {pixels / count, kWeight * divergence / count};
  }

  Sequential encoder_ = register_module(
      "encoder", Sequential(torch::nn::Flatten(), Linear(64, 256), torch::nn::ReLU(),
                            Linear(256, 128), torch::nn::ReLU(), Linear(128, 2 * kLatentDim)));
  Sequential decoder_ =
      register_module("decoder", Sequential(Linear(kLatentDim, 128), torch::nn::ReLU(),
                                            Linear(128, 256), torch::nn::ReLU(), Linear(256, 64)));
};

/// For people to look at: a digit has eight pixels a side.
torch::Tensor magnified(torch::Tensor const& images) {
  using Options = torch::nn::functional::InterpolateFuncOptions;
  return torch::nn::functional::interpolate(
      images,
      Options().scale_factor(std::vector<double>{6, 6}).mode(torch::kBicubic).align_corners(false));
}

/// The first digit of each class.
torch::Tensor one_of_each(Digits const& digits) {
  std::vector<torch::Tensor> images;
  for (std::int64_t label = 0; label < 10; ++label) {
    auto const samples = (digits.labels == label).nonzero().flatten();
    images.push_back(digits.images.index_select(0, samples.slice(0, 0, 1)));
  }
  return torch::cat(images);
}

void train(Arguments const& arguments) {
  auto const [train, held_back] = split(read_digits(arguments.digits), 0.8, /*seed=*/1);
  sferic::TensorLoader train_loader(train.images, train.labels,
                                    {.batch_size = 32, .shuffle = true, .seed = 1});
  sferic::TensorLoader validation_loader(held_back.images, held_back.labels, {.batch_size = 120});
  auto const shown = one_of_each(held_back);

  torch::manual_seed(1);
  Vae vae;
  auto const draw = [&](torch::Tensor const& points) { return magnified(vae.decode(points)); };

  sferic::Trainer trainer({.max_epochs = arguments.is_short ? 4 : 100});
  trainer.add(sferic::ProgressBar());
  trainer.add(sferic::GenerativeImageSampler({.latent_dim = kLatentDim,
                                              .num_samples = 32,
                                              .same_points = true,
                                              .folder = arguments.folder},
                                             draw));
  trainer.add(
      sferic::LatentDimInterpolator({.latent_dim = kLatentDim,
                                     .interpolate_epoch_interval = arguments.is_short ? 2 : 20,
                                     .range_start = -2,
                                     .range_end = 2,
                                     .steps = 16,
                                     .num_samples = 1,
                                     .normalize = false,
                                     .folder = arguments.folder},
                                    draw));
  trainer.on<sferic::event::ValidationEnd>([&](auto const& e) {  // in evaluation mode
    auto const pairs = magnified(torch::cat({shown, vae.reconstruct(shown)}));
    auto const picture = sferic::make_grid(pairs, {.images_per_row = 10});
    e.metrics.log_image("reconstructions", picture);
    sferic::write_png(arguments.folder / "reconstructions.png", sferic::to_image(picture));
  });
  trainer.fit(vae, train_loader, validation_loader);
  std::printf("Look at the pictures in %s\n", arguments.folder.c_str());
}

}  // namespace

int main(int argc, char** argv) { return run_example(argc, argv, &train); }
