#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sferic {

/// What if something cannot be written: the disk is full, a folder cannot be made, a file was
/// removed.
enum class LogErrors {
  kWarn,   ///< warn on stderr, once for each path and reason, and go on
  kThrow,  ///< end the task by a LogError, thrown where the next values are logged; in each task
};

/// What a training was set up with: {"lr", 1e-3}, {"layers", 4}, {"optimizer", "Adam"}.
struct HyperParameter {
  std::string name;
  std::variant<bool, std::int64_t, double, std::string> value;
};

/// The options of all loggers. Their files are in the folder `folder/name/version_N`.
struct LoggerOptions {
  /// Where the runs of all experiments are. Range: not empty. Default: "logs".
  std::filesystem::path folder = "logs";

  /// The experiment, a folder in `folder`. Range: relative, and within it. Default: none, the runs
  /// are in `folder` itself.
  std::string name = {};

  /// The run: version_N. One that is there already is gone on with. Default: the one after the
  /// highest that is there, when the first values are logged. Range: >= 0. Loggers that are to
  /// share a folder are told `.version = other.version()`.
  std::optional<std::int64_t> version = {};

  /// Written to hparams.json, and for TensorBoard's HPARAMS tab. Each name at most once.
  std::vector<HyperParameter> hparams = {};

  /// The logged values that the HPARAMS tab compares the runs by. Default: all values. Not for
  /// other loggers than TensorBoardLogger.
  std::vector<std::string> hparam_metrics = {};

  /// The longest time for which logged values are held back, in seconds, while others may follow
  /// that are written together with them. Range: >= 0. Default: 10.
  double flush_seconds = 10;

  /// How much may wait to be written, in bytes. If a slow disk leaves more, training waits for it;
  /// of what a disk refuses to take, as a full one does, so much is kept and written when it takes
  /// it, and the rest is lost, of which a warning tells. So it is while no folder can be made.
  /// Range: >= 1. Default: 64 MiB.
  std::size_t queue_bytes = std::size_t{64} << 20;

  LogErrors on_error = LogErrors::kWarn;
};

}  // namespace sferic
