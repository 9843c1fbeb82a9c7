#pragma once

#include <sferic/trainer/tensor_loader.hpp>

#include <torch/torch.h>

#include <cstdint>
#include <vector>

namespace sferic::bench {

using Batch = torch::data::Example<>;

constexpr std::int64_t kBatchSize = 32;
constexpr std::int64_t kSteps = 256;  ///< of so many different batches

/// An epoch of `kPasses * kSteps` steps is long, so that what happens once in it counts as little
/// as in a training.
constexpr std::int64_t kPasses = 16;

/// A 64-64-10 perceptron, which is trained by SGD.
class Perceptron : public torch::nn::Module {
 public:
  torch::Tensor training_step(Batch const& batch) {
    return torch::cross_entropy_loss(output_(torch::relu(hidden_(batch.data))), batch.target);
  }
  auto configure_optimizers() { return torch::optim::SGD(parameters(), /*learning rate=*/0.01); }

 private:
  torch::nn::Linear hidden_ = register_module("hidden", torch::nn::Linear(64, 64));
  torch::nn::Linear output_ = register_module("output", torch::nn::Linear(64, 10));
};

/// Samples for `kSteps` batches.
struct Data {
  torch::Tensor samples = torch::randn({kSteps * kBatchSize, 64});
  torch::Tensor labels = torch::randint(10, {kSteps * kBatchSize});

  std::vector<Batch> batches() const {
    std::vector<Batch> batches;
    for (std::int64_t i = 0; i < kSteps; ++i) {
      batches.push_back({samples.narrow(0, i * kBatchSize, kBatchSize).clone(),
                         labels.narrow(0, i * kBatchSize, kBatchSize).clone()});
    }
    return batches;
  }

  TensorLoader tensor_loader(bool shuffle) const {
    return {samples, labels, {.batch_size = kBatchSize, .shuffle = shuffle}};
  }
};

/// The batches of an epoch of `kPasses * kSteps` steps.
inline std::vector<Batch> many_batches() {
  std::vector<Batch> many;
  auto const batches = Data().batches();
  for (int i = 0; i < kPasses; ++i) many.insert(many.end(), batches.begin(), batches.end());
  return many;
}

/// An epoch of the loop as one writes it with LibTorch alone.
template <class Loader>
void train_by_hand(Perceptron& module, torch::optim::SGD& optimizer, Loader& loader) {
  for (Batch const& batch : loader) {
    auto const loss = module.training_step(batch);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
}

}  // namespace sferic::bench
