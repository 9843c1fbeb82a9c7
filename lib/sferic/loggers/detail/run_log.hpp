#pragma once

#include <sferic/events/checkpoint.hpp>
#include <sferic/events/logging.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/stopping.hpp>
#include <sferic/events/train.hpp>
#include <sferic/loggers/detail/log_format.hpp>
#include <sferic/loggers/logger_options.hpp>
#include <sferic/signal/order.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>

namespace sferic::detail {

/// What all loggers have: what is logged is handed to a thread of its own, which writes it in a
/// format. Nothing is begun before there is something to write.
///
/// Of several processes that train together only rank zero writes.
class RunLog {
 public:
  static constexpr Order kOrder = Order::kLast;  ///< after what the others log

  void on(event::FitStart const& e);
  void on(event::LoadCheckpoint const& e);
  void on(event::SaveCheckpoint const& e);
  void on(event::TrainEpochEnd const& e);
  void on(event::Exception const& e);

  /// These may throw LogError, see LoggerOptions::on_error.
  void on(event::MetricsLogged const& e);
  void on(event::Teardown const& e);

  /// The folder of the run, which is made where it isn't yet. An absolute path. Throws LogError.
  std::filesystem::path const& log_dir();

  /// N of its version_N, for others that are to write there, too. Throws LogError.
  std::int64_t version();

  /// Returns when all that was logged is written. Errors are told with the next values.
  void flush();

 protected:
  /// Throws std::invalid_argument, naming the logger, if an option is out of its range.
  RunLog(char const* logger, LoggerOptions options, MakeLogFormat make);

  /// Writes what is left.
  ~RunLog();
  RunLog(RunLog&&) noexcept;
  RunLog& operator=(RunLog&&) noexcept;

  /// Not an `on`, because a logger without pictures must not hear of them: then none are made.
  void write_media(event::MediaLogged const& e);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sferic::detail
