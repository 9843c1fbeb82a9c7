#pragma once

#include <sferic/events/logged.hpp>
#include <sferic/registry/stateful.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace at {
class Tensor;
}

namespace sferic {

/// How the values that one epoch logs under one name become one value.
enum class Reduce { kMean, kSum, kMin, kMax };

struct LogOptions {
  /// Show each value as it comes. Default: in training batches, or where on_epoch is false.
  std::optional<bool> on_step = {};

  /// Reduce the values over the epoch and show the result at its end. Default: where on_step is
  /// false.
  std::optional<bool> on_epoch = {};

  Reduce reduce = Reduce::kMean;

  /// Show the value in the progress bar.
  bool progress_bar = false;

  /// Where several processes train together: reduce the value over them, too. A mean over an epoch
  /// then weighs the batches of all ranks. It is done at the end of an epoch and where loggers are
  /// told; before that, and without `sync`, each rank reads its own values. Default: not.
  std::optional<Reduce> sync = {};
};

/// The values that steps and handlers log, by name.
///
///   metrics.log("val_loss", loss);                       // a tensor of one element
///   if (auto loss = metrics.get("val_loss")) ...         // a double, if there is one by now
///
/// A value on a device other than the CPU stays there until somebody reads it, so that logging does
/// not wait for the device. Means over an epoch weigh each batch by its size. A value logged both
/// on_step and on_epoch is named `x_step` and `x_epoch`, and `x` is the newer of the two. What is
/// logged outside of batches can be read at once. Values stay readable until newer ones take their
/// place. Pictures, histograms and texts are for loggers, see event::MediaLogged. Not for use by
/// several threads at once.
class Metrics {
 public:
  static constexpr std::string_view kStateKey = "sferic::Metrics";

  Metrics();
  ~Metrics();
  Metrics(Metrics&&) noexcept;
  Metrics& operator=(Metrics&&) noexcept;

  /// Logs the value of a tensor of one element, of any shape and without its graph. Throws
  /// std::invalid_argument if it has more or no elements, if `name` is empty, or if the name was
  /// logged with other options in this epoch.
  void log(std::string_view name, at::Tensor const& value, LogOptions options = {});
  void log(std::string_view name, double value, LogOptions options = {});

  /// Logs a picture, see to_image() for the tensors that are one; make_grid() makes one of several.
  void log_image(std::string_view name, at::Tensor const& pixels);
  void log_image(std::string_view name, Image image);

  /// Logs how the values of a tensor are spread; see to_histogram().
  void log_histogram(std::string_view name, at::Tensor const& values);

  void log_text(std::string_view name, std::string text);

  /// Whether somebody listens to event::MediaLogged, so that it is worth while to make a picture.
  /// What is logged for nobody is dropped, before a device is waited for.
  [[nodiscard]] bool media_is_heard() const noexcept;

  /// The newest value of this name, or nothing if it has not been logged (or, if it is reduced over
  /// an epoch, as long as none has ended).
  [[nodiscard]] std::optional<double> get(std::string_view name) const;

  /// As get(), but throws std::out_of_range with the names that there are.
  [[nodiscard]] double at(std::string_view name) const;

  /// All values that get() would find, by name.
  [[nodiscard]] std::vector<LoggedValue> all() const;

  /// Those meant for the progress bar, in the order in which they were first logged.
  [[nodiscard]] std::vector<LoggedValue> progress_bar() const;

  /// For the loop: of training and evaluation, which epoch the values belong to from now on. Both
  /// may be open at once, as in a validation within a training epoch.
  enum class Scope { kTraining, kEvaluation };
  void select(Scope scope) noexcept;

  /// For the loop: selects a scope and begins an epoch in it; what the last one added up is
  /// dropped.
  void start_epoch(Scope scope);

  /// For the loop: makes the reductions of the selected scope's epoch readable.
  void end_epoch();

  /// For the loop: what is logged until end_batch() belongs to a batch of so many samples.
  void start_batch(std::int64_t samples) noexcept;
  void end_batch() noexcept;

  /// For the loop: what was logged since the last call, for those who write it down: `x_step` and
  /// `x_epoch` where there are both. drop_new() is the same for nobody.
  std::vector<LoggedValue> take_new();
  void drop_new() noexcept;

  /// For the loop: the same of pictures, histograms and texts.
  std::vector<LoggedMedia> take_new_media() noexcept;
  [[nodiscard]] bool has_new_media() const noexcept;

  /// For the loop: whether anybody listens. Default: true.
  void hear_media(bool is_heard) noexcept;

  /// For the loop: what the other ranks are to know of values with `sync`, and the reduction of
  /// what all ranks know, by rank: of the selected scope's epoch, before it ends, or of what is
  /// new.
  enum class Sync { kEpoch, kNew };
  [[nodiscard]] std::string share(Sync which) const;
  void reduce_shared(Sync which, std::vector<std::string> const& by_rank);

  /// For the loop: gathers on rank zero what the ranks have added up of an epoch that is not over,
  /// for a checkpoint of it. Of reductions that cannot be gone on with so, each keeps its own.
  void gather_shared(std::vector<std::string> const& by_rank, bool is_rank_zero);

  /// For the loop: forgets what is added up of epochs that are not over.
  void drop_totals();

  /// For the loop: forgets everything.
  void clear();

 private:
  friend boost::serialization::access;
  template <class Archive>
  void serialize(Archive& archive, unsigned version);

  struct Store;
  std::unique_ptr<Store> store_;
};

template <>
struct detail::StateOf<Metrics> : detail::CompiledState<Metrics> {};

}  // namespace sferic
