// What does a training step cost with each kind of loader, beside a loop written by hand?

#include <sferic/trainer/trainer.hpp>

#include <memory>
#include <utility>

#include "perceptron.hpp"
#include "support/epochs.hpp"

namespace {

using namespace sferic::bench;

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

/// The loader behind a pointer, as torch::data makes it.
auto& unwrapped(auto& loader) {
  if constexpr (requires { *loader; }) {
    return *loader;
  } else {
    return loader;
  }
}

template <class MakeLoader>
void add_loader(char const* name, MakeLoader make_loader) {
  add_epochs("Training step by loader", "by hand", name, [make_loader] {
    auto module = std::make_shared<Perceptron>();
    auto optimizer = std::make_shared<torch::optim::SGD>(module->configure_optimizers());
    return [=, loader = make_loader(Data())]() mutable {
      train_by_hand(*module, *optimizer, unwrapped(loader));
    };
  }, kSteps);
  add_epochs("Training step by loader", "sferic", name, [make_loader] {
    auto module = std::make_shared<Perceptron>();
    auto trainer = std::make_shared<sferic::Trainer>(sferic::TrainerOptions{.max_epochs = 1});
    return [=, loader = make_loader(Data())]() mutable { trainer->fit(module, loader); };
  }, kSteps);
}

[[maybe_unused]] bool const registered = [] {
  add_loader("batches in memory", [](Data const& data) { return data.batches(); });
  add_loader("TensorLoader", [](Data const& data) { return data.tensor_loader(false); });
  add_loader("TensorLoader, shuffled", [](Data const& data) { return data.tensor_loader(true); });
  add_loader("torch::data, shuffled", [](Data const& data) { return torch_loader(data); });
  return true;
}();

}  // namespace
