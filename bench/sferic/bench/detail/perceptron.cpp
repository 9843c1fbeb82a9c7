#include <sferic/bench/detail/perceptron.hpp>

#include <torch/torch.h>

#include <cstdint>

namespace sferic::bench::detail {

namespace {

using Batch = torch::data::Example<>;

class Perceptron : public torch::nn::Module {
 public:
  explicit Perceptron(std::vector<std::string> const& metrics) : metrics_(metrics) {}

  torch::Tensor training_step(Batch const& batch, Step& step) {
    return logged(loss(batch), step, /*validation=*/false);
  }
  void validation_step(Batch const& batch, Step& step) {
    logged(loss(batch), step, /*validation=*/true);
  }
  void test_step(Batch const& batch) { loss(batch); }
  torch::Tensor predict_step(Batch const& batch) { return forward(batch.data); }
  auto configure_optimizers() { return torch::optim::SGD(parameters(), /*learning rate=*/0.01); }

 private:
  torch::Tensor forward(torch::Tensor const& data) { return output_(torch::relu(hidden_(data))); }
  torch::Tensor loss(Batch const& batch) {
    return torch::cross_entropy_loss(forward(batch.data), batch.target);
  }
  torch::Tensor logged(torch::Tensor loss, Step& step, bool validation) const {
    for (auto const& metric : metrics_) {
      if (is_of_validation(metric) == validation) step.log(metric, loss);
    }
    return loss;
  }

  std::vector<std::string> metrics_;
  torch::nn::Linear hidden_ = register_module("hidden", torch::nn::Linear(64, 64));
  torch::nn::Linear output_ = register_module("output", torch::nn::Linear(64, 10));
};

std::vector<Batch> batches(int count) {
  std::vector<Batch> batches;
  for (int i = 0; i < count; ++i) {
    batches.emplace_back(torch::randn({32, 64}), torch::randint(10, {32}));
  }
  return batches;
}

}  // namespace

Training perceptron_training(std::vector<std::string> const& metrics) {
  return training([metrics] { return Perceptron(metrics); }, batches(64), batches(2));
}

}  // namespace sferic::bench::detail
