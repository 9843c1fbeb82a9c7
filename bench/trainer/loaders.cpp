// What does a training step cost in sferic, beside a loop written by hand? Each iteration is an
// epoch of 256 steps of a 64-64-10 perceptron with SGD and batches of 32, on one thread; the time
// is given for a step.

#include <sferic/trainer/tensor_loader.hpp>
#include <sferic/trainer/trainer.hpp>

#include <benchmark/benchmark.h>
#include <torch/torch.h>

namespace {

using Batch = torch::data::Example<>;

constexpr std::int64_t kBatchSize = 32;
constexpr std::int64_t kSteps = 256;

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
  sferic::TensorLoader tensor_loader(bool shuffle) const {
    return {samples, labels, {.batch_size = kBatchSize, .shuffle = shuffle}};
  }
};

/// torch::data's way: samples one by one, stacked.
struct Samples : torch::data::Dataset<Samples> {
  explicit Samples(Data const& all) : data(all) {}
  Batch get(std::size_t index) override {
    auto const i = static_cast<std::int64_t>(index);
    return {data.samples[i], data.labels[i]};
  }
  torch::optional<std::size_t> size() const override { return kSteps * kBatchSize; }
  Data data;
};

auto torch_loader(Data const& data) {
  return torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
      Samples(data).map(torch::data::transforms::Stack<>()), kBatchSize);
}

/// The loop as one writes it with LibTorch alone.
template <class Loader>
void train_by_hand(Perceptron& module, torch::optim::SGD& optimizer, Loader&& loader) {
  for (Batch const& batch : loader) {
    auto const loss = module.training_step(batch);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
}

void count_steps(benchmark::State& state) {
  state.counters["step"] = benchmark::Counter(
      static_cast<double>(kSteps),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <class MakeLoader>
void by_hand(benchmark::State& state, MakeLoader make_loader) {
  torch::manual_seed(1);
  Data const data;
  Perceptron module;
  auto optimizer = module.configure_optimizers();
  auto loader = make_loader(data);
  for (auto _ : state) {
    if constexpr (requires { *loader; }) {
      train_by_hand(module, optimizer, *loader);
    } else {
      train_by_hand(module, optimizer, loader);
    }
  }
  count_steps(state);
}

template <class MakeLoader>
void by_sferic(benchmark::State& state, MakeLoader make_loader) {
  torch::manual_seed(1);
  Data const data;
  Perceptron module;
  auto loader = make_loader(data);
  sferic::Trainer trainer({.max_epochs = 1});
  for (auto _ : state) trainer.fit(module, loader);
  count_steps(state);
}

auto const batches = [](Data const& data) { return data.batches(); };
auto const in_order = [](Data const& data) { return data.tensor_loader(false); };
auto const shuffled = [](Data const& data) { return data.tensor_loader(true); };
auto const torch_data = [](Data const& data) { return torch_loader(data); };

BENCHMARK_CAPTURE(by_hand, batches_in_memory, batches)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_sferic, batches_in_memory, batches)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_hand, tensor_loader, in_order)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_sferic, tensor_loader, in_order)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_hand, tensor_loader_shuffled, shuffled)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_sferic, tensor_loader_shuffled, shuffled)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_hand, torch_data_shuffled, torch_data)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_sferic, torch_data_shuffled, torch_data)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  torch::set_num_threads(1);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
