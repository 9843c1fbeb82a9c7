#pragma once

#include <sferic/callbacks/detail/batch_function.hpp>
#include <sferic/callbacks/detail/tensors.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>
#include <sferic/signal/order.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace sferic {

struct VerifyBatchGradientOptions {
  /// The sample whose output is looked at. Range: [0, samples).
  std::int64_t sample_idx = 0;

  /// Leave batch normalization in the mode that it is in, such that it is found, too. Default:
  /// false: it is in evaluation mode meanwhile, since it mixes the samples of a batch on purpose.
  bool batch_norm = false;
};

/// What the gradient of one sample's output tells about a model.
struct BatchGradientVerdict {
  bool mixes_samples = false;   ///< it depends on other samples of the batch
  bool ignores_sample = false;  ///< it does not depend on its own sample, or not on each input

  bool ok() const noexcept { return !mixes_samples && !ignores_sample; }

  /// In words; empty if ok().
  std::string message() const;
};

/// Tells whether a model mixes the samples of a batch, by a wrong view() or a softmax over the
/// wrong dimension for example: the gradient of a sample's output must be zero for all inputs but
/// those of this sample.
///
///   auto const verdict = sferic::verify_batch_gradient(
///       net, [&](torch::Tensor const& x) { return net.forward(x); }, torch::rand({8, 1, 28, 28}));
///
/// `forward` takes the inputs and returns the outputs: a tensor each, or several (a std::vector of
/// inputs; a vector, pair or tuple of outputs), with the samples in their first dimension. Nothing
/// is left behind: the parameters' gradients, the module's buffers and modes and the random numbers
/// are what they were.
///
/// Throws std::invalid_argument if there are fewer than two samples or no such sample_idx, if an
/// input is not of a floating-point type, or if inputs and outputs are not of equally many samples.
BatchGradientVerdict verify_batch_gradient(torch::nn::Module& module,
                                           detail::TensorsFunction const& forward,
                                           detail::Tensors const& inputs,
                                           VerifyBatchGradientOptions const& options = {});

struct BatchGradientVerificationOptions {
  std::int64_t sample_idx = 0;  ///< As of VerifyBatchGradientOptions.
  bool batch_norm = false;      ///< As of VerifyBatchGradientOptions.
  bool warn = true;             ///< Write a warning of LibTorch's if the model is found out.
  bool error = false;           ///< Throw std::runtime_error then, instead.
};

/// Does verify_batch_gradient() with the first training batch of each fit:
///
///   using Batch = torch::data::Example<>;
///   trainer.add(sferic::BatchGradientVerification(
///       [](Batch const& batch) { return batch.data; },
///       [&net](torch::Tensor const& images) { return net.forward(images); }));
///
/// The first function takes the inputs out of the batch, the second one is `forward`. The training
/// ends with the same bits as without this callback.
///
/// As the callback of this name in Lightning Bolts, which takes an example of the inputs that the
/// module holds.
class BatchGradientVerification {
 public:
  static constexpr Order kOrder = Order::kLate;  ///< the batch is as others have changed it

  BatchGradientVerification(detail::BatchFunction<detail::Tensors> inputs,
                            detail::TensorsFunction forward,
                            BatchGradientVerificationOptions options = {});

  void on(event::FitStart const&) { verdict_.reset(); }

  /// Throws std::runtime_error if so wished, and std::invalid_argument as verify_batch_gradient()
  /// and for a batch of another type than the function takes.
  void on(event::TrainBatchStart const& e);

  /// Of the present or last fit; nothing before its first batch.
  std::optional<BatchGradientVerdict> const& verdict() const noexcept { return verdict_; }

 private:
  detail::BatchFunction<detail::Tensors> inputs_;
  detail::TensorsFunction forward_;
  BatchGradientVerificationOptions options_;
  std::optional<BatchGradientVerdict> verdict_;
};

}  // namespace sferic
