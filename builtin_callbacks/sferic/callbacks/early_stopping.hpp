#pragma once

#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>
#include <sferic/events/validation.hpp>
#include <sferic/registry/stateful.hpp>
#include <sferic/signal/order.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sferic {

struct EarlyStoppingOptions {
  /// The name of the logged value to watch. Must be given.
  std::string monitor = {};

  /// By how much a value must be better than the best one to be an improvement; more than this, not
  /// as much as this. Below 0, a value that is a little worse counts as one. Default: 0. Range:
  /// finite.
  double min_delta = 0;

  /// The number of checks in a row without an improvement that stop the training; with 0 the first
  /// one does, as with 1. Default: 3. Range: >= 0.
  std::int64_t patience = 3;

  /// Write to stderr what each check decides. Default: false.
  bool verbose = false;

  /// "min": smaller values are better; "max": larger ones. Default: "min".
  std::string mode = "min";

  /// It is an error if there is no value of that name; else the check is left out. Default: true.
  bool strict = true;

  /// Stop where the value is infinite or no number. Default: true; else a NaN is no improvement.
  bool check_finite = true;

  /// Stop where the value is better than this. Default: never. Range: a number.
  std::optional<double> stopping_threshold = {};

  /// Stop where the value is worse than this. Default: never. Range: a number.
  std::optional<double> divergence_threshold = {};

  /// Check at the end of each training epoch, or else of each validation. Default: at the end of
  /// training epochs if one validation belongs to each of them, that is with val_check_interval 1.0
  /// and check_val_every_n_epoch 1; else of validations.
  std::optional<bool> check_on_train_epoch_end = {};
};

/// Why the training was stopped.
enum class StoppingReason : std::int32_t {
  kNotStopped,
  kStoppingThreshold,    ///< the value was better than stopping_threshold
  kDivergenceThreshold,  ///< the value was worse than divergence_threshold
  kPatienceExhausted,    ///< it did not improve
  kNonFiniteMetric,      ///< it was infinite or no number
};

/// Stops the training when a logged value has stopped to improve:
///
///   trainer.add(sferic::EarlyStopping({.monitor = "val_loss", .patience = 5}));
///
/// A check asks, in this order: is the value finite, is it better than stopping_threshold, is it
/// worse than divergence_threshold, does it improve, is the patience exhausted? Where one of the
/// first three stops, best_score() and wait_count() stay as they are. A value is compared in its
/// own precision: that of a float32 tensor with thresholds as float32 has them. Sanity checks,
/// trials by fast_dev_run and other tasks than a fit are not watched. min_epochs and min_steps are
/// kept.
///
/// As PyTorch Lightning's callback of this name, of which it has the decisions. Its state, patience
/// included, is kept in checkpoints: a resumed fit has the patience of the first one.
class EarlyStopping {
 public:
  static constexpr std::string_view kStateKey = "sferic::EarlyStopping";
  static constexpr Order kOrder = Order::kLast;  ///< others may log the value at the same event

  /// Throws std::invalid_argument if an option is missing or out of its range.
  explicit EarlyStopping(EarlyStoppingOptions options);

  void on(event::FitStart const& e);

  /// Throw std::runtime_error, naming the values that there are, if there is none of that name.
  void on(event::ValidationEnd const& e);
  void on(event::TrainEpochEnd const& e);

  /// The number of checks in a row without an improvement.
  std::int64_t wait_count() const noexcept { return wait_count_; }

  /// The best value; infinitely bad before the first one.
  double best_score() const noexcept { return best_score_; }

  std::int64_t patience() const noexcept { return options_.patience; }

  /// Why the training was stopped, last if min_epochs or min_steps made it go on, and in words.
  StoppingReason reason() const noexcept { return reason_; }
  std::string const& message() const noexcept { return message_; }

  /// The epoch in which it was, counted from 0; 0 as long as reason() is kNotStopped, too.
  std::int64_t stopped_epoch() const noexcept { return stopped_epoch_; }

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  struct Decision {
    StoppingReason reason;
    std::string message;
  };

  void check(event::Moment const& e);
  std::optional<double> find_value(event::Moment const& e) const;
  Decision decide(double value);
  bool is_better(double left, double right) const;
  bool improves(double value) const;
  std::string improvement_to(double value) const;

  EarlyStoppingOptions options_;
  bool checks_train_epochs_ = true;
  bool is_trial_ = false;

  double best_score_;
  std::int64_t wait_count_ = 0;
  std::int64_t stopped_epoch_ = 0;
  StoppingReason reason_ = StoppingReason::kNotStopped;
  std::string message_;
};

template <>
struct detail::StateOf<EarlyStopping> : detail::CompiledState<EarlyStopping> {};

}  // namespace sferic
