#pragma once

#include <sferic/loggers/detail/run_log.hpp>
#include <sferic/loggers/logger_options.hpp>
#include <sferic/signal/order.hpp>

#include <cstdint>
#include <filesystem>

namespace sferic {

/// Writes what is logged for TensorBoard: values, pictures, histograms, texts and hyperparameters.
///
///   trainer.add(sferic::TensorBoardLogger({.folder = "runs"}));     $ tensorboard --logdir runs
///
/// Each run is a folder, `folder/name/version_N`, as of Lightning's TensorBoardLogger, with
/// `events.out.tfevents.*` in it. Values become float32, which is all that TensorBoard shows.
/// `hparams` make the HPARAMS tab, which tells how the training has ended, for the first time if it
/// went on. The epoch is a value, too, unless something else is logged under this name.
///
/// The thread that trains only hands over what is logged; another one writes it: after
/// `flush_seconds`, at the end of each epoch, and completely when a task ends, well or by an error
/// or a signal. What kills the process at once takes away what has been logged since, and at most a
/// last incomplete record is left, which TensorBoard waits at.
///
/// A fit that goes on from a checkpoint in the same `version` begins another file, which tells
/// TensorBoard to forget the steps that are made again. Without a `version` it is a run of its own.
class TensorBoardLogger {
 public:
  static constexpr Order kOrder = Order::kLast;  ///< after what the others log

  /// Throws std::invalid_argument if an option is out of its range.
  explicit TensorBoardLogger(LoggerOptions options = {});

  /// May throw LogError, see LoggerOptions::on_error.
  template <detail::LogEvent Event>
  void on(Event const& e) {
    log_.on(e);
  }
  void on(event::MediaLogged const& e) { log_.write_media(e); }

  /// The folder of the run, which is made where it isn't yet. An absolute path. Throws LogError.
  std::filesystem::path const& log_dir() { return log_.log_dir(); }

  /// N of its version_N, for others that are to write there, too. Throws LogError.
  std::int64_t version() { return log_.version(); }

  /// Returns when all that was logged is written. Errors are told with the next values.
  void flush() { log_.flush(); }

 private:
  detail::RunLog log_;
};

}  // namespace sferic
