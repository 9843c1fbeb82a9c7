#pragma once

#include <sferic/trainer/step.hpp>
#include <sferic/trainer/trainer.hpp>

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "support/message_of.hpp"

/// What the tests of the trainer share: a small module, batches for it, and a callback that writes
/// down the events.
namespace sferic::test {

using Batch = torch::data::Example<>;

/// Always the same samples for the same `number`.
inline Batch batch(std::int64_t number, std::int64_t samples = 4) {
  auto const count = torch::arange(samples * 3, torch::kDouble) + static_cast<double>(number);
  auto const data = torch::sin(count * 3).view({samples, 3});
  return {data, torch::stack({data.sum(1), data.prod(1)}, 1)};
}

inline std::vector<Batch> batches(std::int64_t count, std::int64_t samples = 4) {
  std::vector<Batch> batches;
  for (std::int64_t i = 0; i < count; ++i) batches.push_back(batch(i, samples));
  return batches;
}

/// A linear layer whose weights always begin alike, in double precision.
class Net : public torch::nn::Module {
 public:
  Net() {
    to(torch::kDouble);
    torch::NoGradGuard const no_grad;
    linear->weight.copy_(torch::linspace(-1, 1, 6).view({2, 3}));
    linear->bias.fill_(0.5);
  }

  torch::Tensor loss(Batch const& given) {
    return torch::mse_loss(linear->forward(given.data), given.target);
  }

  torch::Tensor training_step(Batch const& given, Step& step) {
    if (while_training) while_training(step);
    return loss(given);
  }

  torch::Tensor validation_step(Batch const& given, Step& step) {
    if (while_validating) while_validating(step);
    return loss(given);
  }

  torch::Tensor test_step(Batch const& given) { return loss(given); }
  torch::Tensor predict_step(Batch const& given) { return linear->forward(given.data); }

  torch::optim::SGD configure_optimizers() {
    return torch::optim::SGD(parameters(), torch::optim::SGDOptions(0.1).momentum(0.9));
  }

  torch::nn::Linear linear = register_module("linear", torch::nn::Linear(3, 2));
  std::function<void(Step&)> while_training;
  std::function<void(Step&)> while_validating;
};

inline torch::Tensor weights_of(Net const& net) {
  return torch::cat({net.linear->weight.flatten(), net.linear->bias}).detach().clone();
}

/// Writes down the name of every event, one a line.
struct Recorder {
  std::string events;

  template <class Event>
  void on(Event const&) {
    (events += Event::kName) += '\n';
  }

  int count(std::string_view name) const {
    std::string const line = "\n" + std::string(name) + "\n";
    std::string const text = "\n" + events;
    int found = 0;
    for (auto at = text.find(line); at != text.npos; at = text.find(line, at + 1)) ++found;
    return found;
  }
};

/// "a b" as a Recorder writes it.
inline std::string lines(std::string_view words) {
  std::string lines;
  for (char const letter : words) {
    if (letter != ' ') {
      lines += letter;
    } else if (!lines.empty() && lines.back() != '\n') {
      lines += '\n';
    }
  }
  if (!lines.empty() && lines.back() != '\n') lines += '\n';
  return lines;
}

inline std::string repeat(int times, std::string const& text) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

inline std::string const kSetup = "setup before_accelerator_backend_setup ";
inline std::string const kFitBegin =
    kSetup + "fit_start pretrain_routine_start pretrain_routine_end ";
inline std::string const kBatch =
    "batch_start train_batch_start before_zero_grad before_backward after_backward "
    "before_optimizer_step after_optimizer_step train_batch_end batch_end ";
inline std::string const kValidationBatch = "validation_batch_start validation_batch_end ";
inline std::string const kValidationBegin = "validation_start epoch_start validation_epoch_start ";
inline std::string const kValidationFinish = "validation_epoch_end epoch_end validation_end ";
inline std::string const kValidation = kValidationBegin + kValidationBatch + kValidationFinish;
inline std::string const kEpochBegin = "epoch_start train_epoch_start ";
inline std::string const kEpochFinish = "train_epoch_end epoch_end ";

}  // namespace sferic::test
