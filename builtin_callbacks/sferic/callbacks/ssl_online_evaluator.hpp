#pragma once

#include <sferic/callbacks/detail/batch_function.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>
#include <sferic/events/validation.hpp>
#include <sferic/registry/stateful.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sferic {

struct SSLOnlineEvaluatorOptions {
  /// The number of features of a representation, all its dimensions but the first taken together.
  /// Must be given. Range: >= 1.
  std::int64_t z_dim = 0;

  /// Must be given. Range: >= 2.
  std::int64_t num_classes = 0;

  /// The units of a hidden layer. Default: none, so that the classifier is linear. Range: >= 1.
  std::optional<std::int64_t> hidden_dim = {};

  /// The share of its inputs that the classifier drops while it learns. Default: 0.2.
  /// Range: [0, 1).
  double drop_p = 0.2;

  /// Of the classifier's Adam. Default: 1e-4. Range: > 0.
  double learning_rate = 1e-4;

  /// Show what is logged in the progress bar. Default: false.
  bool progress_bar = false;
};

/// Tells in the course of a self-supervised training what its representations are worth: a small
/// classifier learns the labels from them, one step in each training batch.
///
///   using Batch = torch::data::Example<>;
///   trainer.add(sferic::SSLOnlineEvaluator(
///       {.z_dim = 64, .num_classes = 10}, [&net](Batch const& batch) {
///         return std::pair(net.encode(batch.data), batch.target);
///       }));
///
/// The function takes the batch of the training (and of the validation) by its type and returns
/// representations, the samples in their first dimension, and the samples' classes. It runs without
/// gradients and with the module in evaluation mode; each submodule then has the mode back that it
/// had. The training ends with the same bits as without the evaluator: no gradient reaches the
/// module, and all random numbers drawn here are the evaluator's own, which begin where those of
/// the training stand when the fit starts.
///
/// The classifier is Dropout, Linear, or with hidden_dim Dropout, Linear without bias, BatchNorm1d,
/// ReLU, Dropout, Linear; a batch of a single sample, of which BatchNorm1d can learn nothing, is
/// then left out. Logs `online_train_acc` and `online_train_loss` with each training batch, and
/// `online_val_acc` and `online_val_loss` with each validation, trainer.validate() after a fit
/// included.
///
/// As the callback of this name in Lightning Bolts. Checkpoints keep the classifier, its optimizer
/// and its random numbers. A fit that neither goes on nor resumes begins with a new classifier.
class SSLOnlineEvaluator {
 public:
  static constexpr std::string_view kStateKey = "sferic::SSLOnlineEvaluator";

  /// Throws std::invalid_argument if an option is missing or out of its range.
  SSLOnlineEvaluator(SSLOnlineEvaluatorOptions options,
                     detail::BatchFunction<std::pair<at::Tensor, at::Tensor>> labelled);
  ~SSLOnlineEvaluator();
  SSLOnlineEvaluator(SSLOnlineEvaluator&&) noexcept;
  SSLOnlineEvaluator& operator=(SSLOnlineEvaluator&&) noexcept;

  void on(event::FitStart const& e);

  /// Throw std::invalid_argument for a batch of another type than the function takes, and for
  /// representations and labels that do not fit the options or each other.
  void on(event::TrainBatchEnd const& e);
  void on(event::ValidationBatchEnd const& e);

  /// The classifier's scores (samples, classes) for representations, in evaluation mode. Throws
  /// std::logic_error before the first fit.
  at::Tensor classify(at::Tensor const& representations);

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  struct Classifier;
  void begin(event::Moment const& e);
  std::pair<at::Tensor, at::Tensor> labelled(event::Moment const& e, BatchRef batch) const;
  void check_stored(std::int64_t z_dim, std::int64_t num_classes, std::int64_t hidden_dim) const;
  std::unique_ptr<Classifier> read(std::string const& bytes) const;

  SSLOnlineEvaluatorOptions options_;
  detail::BatchFunction<std::pair<at::Tensor, at::Tensor>> labelled_;
  std::unique_ptr<Classifier> classifier_;  ///< null before the first fit
};

template <>
struct detail::StateOf<SSLOnlineEvaluator> : detail::CompiledState<SSLOnlineEvaluator> {};

}  // namespace sferic
