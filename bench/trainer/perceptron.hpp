#pragma once

#include <sferic/trainer/step.hpp>
#include <sferic/trainer/tensor_loader.hpp>

#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <string>
#include <vector>

namespace sferic::bench {

using Batch = torch::data::Example<>;

constexpr std::int64_t kBatchSize = 32;
constexpr std::int64_t kSteps = 256;  ///< in an epoch

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

/// Samples for one epoch.
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

/// Registers a benchmark of which the report makes one cell: each group is a table, each subject a
/// row, compared with the first one, and each case a column. `make_epoch()` returns what trains
/// one epoch of so many steps; the time is that of a step, on one thread.
template <class MakeEpoch>
void add(std::string const& group, std::string const& subject, std::string const& in_case,
         MakeEpoch make_epoch, std::int64_t steps = kSteps) {
  auto const run = [make_epoch, steps](benchmark::State& state) {
    torch::set_num_threads(1);
    torch::manual_seed(1);
    auto epoch = make_epoch();
    while (state.KeepRunningBatch(steps)) epoch();
  };
  benchmark::RegisterBenchmark((group + "/" + subject + "/" + in_case).c_str(), run)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace sferic::bench
