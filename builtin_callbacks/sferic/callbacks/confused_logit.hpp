#pragma once

#include <sferic/callbacks/detail/picture_outlet.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>

namespace sferic {

struct ConfusedLogitOptions {
  std::int64_t top_k =
      0;  ///< Samples to show at most, the first of a batch. Required. Range: >= 1.

  double min_logit_value = 5.0;       ///< Look at samples whose highest logit is above this only.
  double max_logit_difference = 0.1;  ///< Of the two highest logits, for a confused sample. > 0.
  std::int64_t logging_batch_interval = 20;  ///< Batches from one look to the next. Range: >= 1.

  /// The input of a batch, (samples, channels, height, width) or (samples, height, width). Default:
  /// the `data` of a torch::data::Example<>, the `first` of a pair of tensors, a tensor itself.
  ///
  ///   .input = [](sferic::BatchRef batch) { return batch.get<MyBatch>().images; }
  std::function<at::Tensor(BatchRef batch)> input = {};

  /// Write pictures here, too, as `confusing_imgs-epoch=000-batch=00019.png`. Default: only log
  /// them.
  std::filesystem::path folder = {};
};

/// Shows samples between whose two highest logits a classifier can hardly decide, and what about
/// them would have to change for either of the two:
///
///   trainer.add(sferic::ConfusedLogit({.top_k = 4},
///       [&](torch::Tensor const& images) { return net.forward(images); }));
///
/// After each logging_batch_interval-th training batch of an epoch, `confusing_imgs` has a row for
/// each such sample: the input x, the gradients g0 and g1 of its highest and its second highest
/// logit by x, x + 2 g0, and x + 2 g1. Each is stretched from dark to bright by itself; in a
/// gradient, the middle grey is 0. The text `confusing_logits` tells the two classes and logits of
/// each row.
///
/// The function makes logits, (samples, classes), of the input, and is called in evaluation mode,
/// in which no sample should depend on another one, and only when a picture is due. The training
/// stays as it is without the callback, to the last bit, gradients included. Where there is neither
/// a folder nor a logger that takes pictures, a warning says so, once.
///
/// As ConfusedLogitCallback of Lightning Bolts, by Alfredo Canziani, but for its errors: there a
/// gradient is the sum over the logits of all samples, is added to the parameters' own, and needs
/// images of one channel; one high logit makes the whole batch count; and all submodules are in
/// training mode afterwards.
class ConfusedLogit {
 public:
  using Logits = std::function<at::Tensor(at::Tensor const& input)>;

  /// Throws std::invalid_argument for an option out of its range, or without a function.
  ConfusedLogit(ConfusedLogitOptions options, Logits logits);

  void on(event::FitStart const& e) { outlet_.begin_fit(e.plan.is_trial || e.progress.rank != 0); }

  /// Throws std::invalid_argument if the input is not one of images, if it cannot be found in the
  /// batch, or if the function returns no logits that depend on it; std::runtime_error if a file
  /// cannot be written.
  void on(event::TrainBatchEnd const& e);

 private:
  ConfusedLogitOptions options_;
  Logits logits_;
  detail::PictureOutlet outlet_;
};

}  // namespace sferic
