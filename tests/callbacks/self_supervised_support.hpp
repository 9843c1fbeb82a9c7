#pragma once

#include <sferic/trainer/tensor_loader.hpp>
#include <sferic/trainer/trainer.hpp>

#include <torch/torch.h>

#include <utility>

#include "../../examples/digits.hpp"

namespace sferic::test {

/// Handwritten digits, read once.
inline Digits const& digits() {
  static Digits const all = read_digits(SFERIC_DIGITS);
  return all;
}

inline TensorLoader digit_loader(std::int64_t from, std::int64_t to) {
  return TensorLoader(digits().images.slice(0, from, to), digits().labels.slice(0, from, to),
                      {.batch_size = 32, .shuffle = true, .seed = 5});
}

/// Learns to restore digits of which noise and dropout have taken parts away, and no labels.
class Denoiser : public torch::nn::Module {
 public:
  using Batch = torch::data::Example<>;

  torch::Tensor encode(torch::Tensor const& images) { return encoder->forward(images); }

  torch::Tensor training_step(Batch const& batch) { return loss(batch.data); }
  void validation_step(Batch const& batch, Step& step) { step.log("val_loss", loss(batch.data)); }
  auto configure_optimizers() { return torch::optim::Adam(parameters(), 2e-3); }

  torch::nn::Sequential encoder = register_module(
      "encoder", torch::nn::Sequential(torch::nn::Flatten(), torch::nn::Dropout(0.3),
                                       torch::nn::Linear(64, 32), torch::nn::BatchNorm1d(32),
                                       torch::nn::ReLU()));
  torch::nn::Linear decoder = register_module("decoder", torch::nn::Linear(32, 64));

 private:
  torch::Tensor loss(torch::Tensor const& images) {
    return torch::mse_loss(decoder(encode(images)), images.flatten(1));
  }
};

}  // namespace sferic::test
