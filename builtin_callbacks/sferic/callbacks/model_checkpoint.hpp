#pragma once

#include <sferic/callbacks/detail/best_checkpoints.hpp>
#include <sferic/callbacks/detail/checkpoint_name.hpp>
#include <sferic/events/checkpoint.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/save_options.hpp>
#include <sferic/events/stopping.hpp>
#include <sferic/events/train.hpp>
#include <sferic/events/validation.hpp>
#include <sferic/registry/stateful.hpp>
#include <sferic/signal/order.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sferic {

/// What is kept beside the best checkpoints.
enum class SaveLast {
  kNone,
  kFile,  ///< last.ckpt, written anew each time
  kLink,  ///< last.ckpt, as a relative link to the newest of the best; a file where that is older
};

struct ModelCheckpointOptions {
  /// The folder of the files, which is made when it is needed. Default: "checkpoints".
  std::filesystem::path dirpath = "checkpoints";

  /// The template of their names, without ".ckpt": {name} and {name:format} become values that were
  /// logged, "epoch", counted from 0, or "step", the optimizer steps done; unknown values are 0. A
  /// "/" makes folders. Default: "{epoch}-{step}", as in "epoch=0-step=10.ckpt".
  std::string filename = "{epoch}-{step}";

  /// The logged value that tells which checkpoints are the best ones. Default: none, the newest is.
  std::string monitor = {};

  /// Write to stderr what is saved. Default: false.
  bool verbose = false;

  /// Keep the newest checkpoint, too, as last.ckpt. Default: kNone.
  SaveLast save_last = SaveLast::kNone;

  /// How many of the best checkpoints are kept; 0: none, -1: all. Without a monitor, 1 keeps the
  /// newest. Default: 1. Range: >= -1; without a monitor -1, 0 or 1.
  std::int64_t save_top_k = 1;

  /// When an error ends a fit, save where it was. Default: false.
  bool save_on_exception = false;

  /// Only the module's parameters and buffers: no fit can go on from it. Default: false.
  bool save_weights_only = false;

  /// "min": smaller values are better; "max": larger ones. Default: "min".
  std::string mode = "min";

  /// Precede each value in a file's name by its name and "=". Default: true.
  bool auto_insert_metric_name = true;

  // When to save; at most one of these three. Default: after each epoch.

  /// After every n-th optimizer step. Range: >= 0; 0: never.
  std::optional<std::int64_t> every_n_train_steps = {};

  /// After the batch in which so much time has passed since the last time. Range: >= 0 s.
  std::optional<std::chrono::duration<double>> train_time_interval = {};

  /// After every n-th epoch. Range: >= 0; 0: never.
  std::optional<std::int64_t> every_n_epochs = {};

  /// Save at the end of a training epoch, or else of a validation. Default: at the end of training
  /// epochs, if one validation belongs to each of them (val_check_interval 1.0 and
  /// check_val_every_n_epoch 1) or if there is no validation at all; else of validations.
  std::optional<bool> save_on_train_epoch_end = {};

  /// Where a file of the name is there, write "name-v1.ckpt", "name-v2.ckpt", ... instead of
  /// overwriting it; but not if it is the one that the new file takes the place of, or without a
  /// monitor the newest one. Default: true.
  bool enable_version_counter = true;

  /// Write on another thread while the training goes on; see SaveOptions. Default: false.
  bool asynchronous = false;

  /// What if a checkpoint cannot be written; see SaveErrors. Default: kThrow.
  SaveErrors on_error = SaveErrors::kThrow;

  /// What the time is, for tests of what depends on it. Default: the steady clock.
  std::chrono::steady_clock::time_point (*clock)() = &std::chrono::steady_clock::now;
};

/// Saves checkpoints while the training goes on, and keeps the best ones:
///
///   trainer.add(sferic::ModelCheckpoint({.monitor = "val_loss", .save_last = SaveLast::kFile}));
///   trainer.fit(net, data, validation, {.resume_from = "last"});   // of an earlier process
///
/// A file takes the place of another one if its value is better; of equal ones the older stays. A
/// NaN is infinitely bad. A file is deleted only when the new one stands, and what could not be
/// written leaves files and accounts as they were. Neither files outside `dirpath` are deleted nor
/// the one that the fit went on from. Nothing is saved before the first optimizer step, twice
/// after the same one, in sanity checks, in trials by fast_dev_run or in other tasks than a fit.
/// The file is written at the end of the batch or epoch, when all that hear the event have been
/// called.
///
/// With save_last, last.ckpt is written at each end of an epoch (or validation), and after the
/// steps at which the best are saved, whether it is one of the best or not.
///
/// As PyTorch Lightning's callback of this name, of which it has the decisions. Two of them in one
/// trainer are a Named<"tag", ModelCheckpoint> beside it; they may have one folder.
///
/// The state is kept in checkpoints, and tells of each file that it is one of the best. In a fit
/// that goes on with another `dirpath` only best_model_path() is restored, with a warning.
class ModelCheckpoint {
 public:
  static constexpr std::string_view kStateKey = "sferic::ModelCheckpoint";
  static constexpr bool kStateOfRankZero = true;
  static constexpr Order kOrder = Order::kLast;  ///< others may log the value at the same event

  /// Throws std::invalid_argument if an option is out of its range.
  explicit ModelCheckpoint(ModelCheckpointOptions options = {});

  void on(event::FitStart const& e);
  void on(event::TrainStart const& e);

  /// These save. Throw std::invalid_argument if there is no value of the monitor's name after a
  /// validation; before the first one they warn, and save none of the best.
  void on(event::TrainBatchEnd const& e);
  void on(event::ValidationEnd const& e);
  void on(event::TrainEpochEnd const& e);
  void on(event::Exception const& e);

  void on(event::CheckpointSaved const& e);
  void on(event::CheckpointFailed const& e);
  void on(event::LoadCheckpoint const& e);
  void on(event::Teardown const& e);

  /// "best" is best_model_path(); "last" is last.ckpt in `dirpath`, with whatever version.
  void on(event::FindCheckpoint const& e) const;

  /// Where the files are: an absolute path.
  std::filesystem::path const& dirpath() const noexcept { return dirpath_; }

  /// The best checkpoint, or without a monitor the newest one; empty before the first one.
  std::filesystem::path const& best_model_path() const noexcept { return best_model_path_; }

  /// Its value; nothing without a monitor.
  std::optional<double> best_model_score() const noexcept { return best_model_score_; }

  /// The value of the last file that was one of the best.
  std::optional<double> current_score() const noexcept { return current_score_; }

  /// The best files with their values, in the order in which they were saved; none without a
  /// monitor.
  std::vector<ScoredCheckpoint> const& best_k_models() const noexcept { return best_.all(); }

  /// The worst of them, if they are as many as save_top_k; else an empty path, and infinitely bad.
  std::filesystem::path const& kth_best_model_path() const noexcept { return best_.kth().path; }
  double kth_value() const noexcept { return best_.kth().score; }

  /// last.ckpt, empty before there is one.
  std::filesystem::path const& last_model_path() const noexcept { return last_model_path_; }

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  /// What the accounts were before a file was requested, and what is to happen when it stands.
  struct Saving {
    enum class Kind { kBest, kNewest, kLast, kOther };

    Kind kind;
    std::filesystem::path path = {};
    std::int64_t group = 0;               ///< those that were requested at once
    std::int64_t step = 0;                ///< the optimizer steps done,
    std::int64_t last_step_saved = 0;     ///< and those that had been saved
    std::filesystem::path previous = {};  ///< of kNewest and kLast: the one before it
    std::optional<ScoredCheckpoint> removed = {};
    std::optional<double> old_score = {};  ///< of a file of the same path
    std::optional<double> old_current_score = {};
    std::filesystem::path obsolete = {};  ///< to be deleted
    std::filesystem::path link = {};      ///< to be made
    std::filesystem::path previous_link = {};
  };

  struct Obsolete {
    std::filesystem::path path;
    std::int64_t group;
  };

  // When to save.
  bool leaves_out(event::Moment const& e) const;
  void save_after_epoch(event::Moment const& e);
  void save_best(event::Moment const& e);
  void save_newest(event::Moment const& e);
  void save_scored(event::Moment const& e, double value);
  void save_last(event::Moment const& e);
  void link_last(std::filesystem::path const& path);
  void request(event::Moment const& e, Saving saving);
  std::optional<double> monitored(event::Moment const& e);
  void tell(event::Moment const& e, double value, std::filesystem::path const& path) const;

  std::filesystem::path path_of(event::Moment const& e, detail::CheckpointName const& name,
                                std::filesystem::path const& reusable) const;
  bool is_taken(event::Moment const& e, std::filesystem::path const& path) const;

  // What has become of it.
  std::optional<Saving> take_saving(std::string const& path);
  void update_best();
  void undo(Saving const& saving);
  void undo_best(Saving const& saving);
  void make_link(Saving const& saving);
  void delete_obsolete(std::int64_t group);
  void delete_all_obsolete();
  void delete_file(std::filesystem::path const& path) const;

  ModelCheckpointOptions options_;
  std::filesystem::path dirpath_;
  detail::CheckpointName name_;
  detail::CheckpointName last_name_;

  // Of this fit.
  bool is_trial_ = false;
  bool saves_train_epochs_ = true;
  bool has_validated_ = false;
  bool has_warned_ = false;
  std::chrono::steady_clock::time_point last_time_{};
  std::filesystem::path resumed_from_;
  std::int64_t group_ = 0;
  std::vector<Saving> savings_;  ///< that are not told of yet
  std::vector<Obsolete> obsolete_;

  // The state.
  detail::BestCheckpoints best_;
  std::filesystem::path best_model_path_;
  std::optional<double> best_model_score_;
  std::optional<double> current_score_;
  std::filesystem::path last_model_path_;
  std::int64_t last_step_saved_ = 0;  ///< nothing is worth saving before the first one
};

template <>
struct detail::StateOf<ModelCheckpoint> : detail::CompiledState<ModelCheckpoint> {};

}  // namespace sferic
