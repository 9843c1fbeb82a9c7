#pragma once

#include <torch/torch.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sferic::bench {

using Batch = torch::data::Example<>;

/// Of each process. With so many samples the steps of a large model compute for about as long as
/// they reduce, and those of a small one are not all overhead.
constexpr std::int64_t kBatchSize = 64;

/// Layers of one width, trained by SGD with momentum.
struct Size {
  std::int64_t inputs;
  std::int64_t width;
  std::int64_t hidden_layers;
};

class Perceptron : public torch::nn::Module {
 public:
  explicit Perceptron(Size size) {
    auto inputs = size.inputs;
    for (std::int64_t i = 0; i < size.hidden_layers; ++i) {
      hidden_.push_back(
          register_module("hidden" + std::to_string(i), torch::nn::Linear(inputs, size.width)));
      inputs = size.width;
    }
    output_ = register_module("output", torch::nn::Linear(inputs, 10));
  }

  torch::Tensor training_step(Batch const& batch) {
    auto x = batch.data;
    for (auto& layer : hidden_) x = torch::relu(layer(x));
    return torch::cross_entropy_loss(output_(x), batch.target);
  }
  auto configure_optimizers() {
    return torch::optim::SGD(parameters(), torch::optim::SGDOptions(1e-3).momentum(0.9));
  }

 private:
  std::vector<torch::nn::Linear> hidden_;
  torch::nn::Linear output_ = nullptr;
};

/// The batches of an epoch, which looks at the clock when the first of those steps begins that are
/// timed, and when the step after them does: so all that a loop does in a step is in it, and what
/// it does once is not.
class TimedBatches {
 public:
  TimedBatches(Size size, std::int64_t steps) : steps_(steps) {
    for (int i = 0; i < 16; ++i) {
      batches_.push_back(
          {torch::randn({kBatchSize, size.inputs}), torch::randint(10, {kBatchSize})});
    }
  }

  class Iterator {
   public:
    Batch const& operator*() const { return batches_->take(number_); }
    Iterator& operator++() {
      ++number_;
      return *this;
    }
    bool operator==(Iterator const&) const = default;

   private:
    friend TimedBatches;
    Iterator(TimedBatches* batches, std::int64_t number) : batches_(batches), number_(number) {}
    TimedBatches* batches_;
    std::int64_t number_;
  };
  Iterator begin() { return {this, 0}; }
  Iterator end() { return {this, kWarmUp + steps_ + 1}; }
  std::size_t size() const { return static_cast<std::size_t>(kWarmUp + steps_ + 1); }

  double seconds_of_a_step() const {
    return std::chrono::duration<double>(end_ - begin_).count() / static_cast<double>(steps_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// In these, memory is taken, and c10d looks in which order the gradients come.
  static constexpr std::int64_t kWarmUp = 2;

  Batch const& take(std::int64_t number) {
    if (number == kWarmUp) begin_ = Clock::now();
    if (number == kWarmUp + steps_) end_ = Clock::now();
    return batches_[static_cast<std::size_t>(number) % batches_.size()];
  }

  std::int64_t steps_;
  std::vector<Batch> batches_;
  Clock::time_point begin_, end_;
};

}  // namespace sferic::bench
