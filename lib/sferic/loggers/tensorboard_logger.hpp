#pragma once

#include <sferic/loggers/detail/run_log.hpp>
#include <sferic/loggers/logger_options.hpp>

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
/// `flush_seconds`, at the end of each epoch, and completely before a checkpoint is saved and when
/// a task ends, well or by an error or a signal. What kills the process at once takes away what has
/// been logged since, and at most a last incomplete record is left, which TensorBoard waits at.
///
/// A fit that goes on from a checkpoint in the same `version` begins another file, which tells
/// TensorBoard to forget the steps that are made again. Without a `version` it is a run of its own.
class TensorBoardLogger : public detail::RunLog {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit TensorBoardLogger(LoggerOptions options = {});

  using RunLog::on;
  void on(event::MediaLogged const& e) { write_media(e); }
};

}  // namespace sferic
