#pragma once

#include "digits_support.hpp"

namespace sferic::test {

/// Learns, for each of 320 digits, the digit of a point in a plane.
class Decoder : public torch::nn::Module {
 public:
  torch::Tensor decode(torch::Tensor const& points) {
    return layers_->forward(points).view({-1, 1, 8, 8});
  }

  torch::Tensor training_step(Batch const& batch) {
    return torch::mse_loss(decode(points_of(batch.target)), batch.data);
  }

  torch::optim::Adam configure_optimizers() { return torch::optim::Adam(parameters(), 5e-3); }

  /// Five digits in each of two rows: 0 at (-1, -1), 9 at (1, 1).
  static torch::Tensor points_of(torch::Tensor const& labels) {
    auto const row = torch::div(labels, 5, "floor");
    return torch::stack({row * 2.0 - 1, (labels - row * 5) * 0.5 - 1}, 1).to(torch::kFloat);
  }

 private:
  torch::nn::Sequential layers_ = register_module(
      "layers",
      torch::nn::Sequential(torch::nn::Linear(2, 64), torch::nn::ReLU(), torch::nn::Linear(64, 64),
                            torch::nn::BatchNorm1d(64), torch::nn::ReLU(), torch::nn::Dropout(0.02),
                            torch::nn::Linear(64, 64), torch::nn::Sigmoid()));
};

/// (10, 64): the mean of each digit.
inline torch::Tensor mean_digits() {
  auto const all = digits(1700);
  std::vector<torch::Tensor> means;
  for (std::int64_t label = 0; label < 10; ++label) {
    auto const own = (all.labels == label).nonzero().flatten();
    means.push_back(all.images.index_select(0, own).mean(0).flatten());
  }
  return torch::stack(means);
}

/// How far each image of (images, 1, 8, 8) is from the mean digit next to it.
inline torch::Tensor distances_to_digits(torch::Tensor const& images) {
  return torch::cdist(images.flatten(1), mean_digits()).amin(1);
}

}  // namespace sferic::test
