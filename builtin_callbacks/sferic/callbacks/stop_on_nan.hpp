#pragma once

#include <sferic/events/optimization.hpp>
#include <sferic/events/train.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace at {
class Tensor;
}

namespace sferic {

/// What StopOnNaN does.
enum class OnNaN {
  kStop,   ///< leave the batch out and stop the training
  kThrow,  ///< throw std::runtime_error, which ends the training as any error does
};

struct StopOnNaNOptions {
  /// Look at every n-th loss. On a GPU each look waits for it; what comes between two looks is
  /// added up there, so that nothing is missed, but found later, at the end of the epoch at the
  /// latest, when the weights may be spoiled. Default: 1. Range: >= 1.
  std::int64_t every_n_batches = 1;

  /// Look at the gradients, too, before each optimizer step: this reads all of them. Not for
  /// Precision::kFloat16Mixed, whose scaler leaves out steps of infinite gradients as a matter of
  /// course. Default: false.
  bool gradients = false;

  /// Default: kStop. Gradients can't be left out: where it finds one of these, kStop stops after
  /// the step that they make.
  OnNaN action = OnNaN::kStop;
};

/// Stops the training when the loss, or a gradient, is infinite or no number:
///
///   trainer.add(sferic::StopOnNaN());
///
/// The loss is looked at before its backward pass, so that the weights stay as they were. Where
/// min_epochs or min_steps keep the training going, each such batch is left out. A module that
/// optimizes by itself is watched, too, but its step is not cut short. As Ignite's TerminateOnNan
/// and Lightning's former `terminate_on_nan`, which look after the fact.
class StopOnNaN {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit StopOnNaN(StopOnNaNOptions options = {});
  ~StopOnNaN();
  StopOnNaN(StopOnNaN&&) noexcept;
  StopOnNaN& operator=(StopOnNaN&&) noexcept;

  void on(event::TrainStart const& e);
  void on(event::BeforeBackward const& e);

  void on(event::BeforeOptimizerStep const& e);

  /// Looks at what has come since the last look.
  void on(event::TrainEpochEnd const& e);

 private:
  void look(event::Moment const& e);

  /// Stops or throws.
  void report(event::Moment const& e, std::string what) const;

  StopOnNaNOptions options_;
  std::int64_t batches_ = 0;         ///< since the last look
  std::unique_ptr<at::Tensor> sum_;  ///< of the losses since then
};

}  // namespace sferic
