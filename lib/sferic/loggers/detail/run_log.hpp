#pragma once

#include <sferic/events/checkpoint.hpp>
#include <sferic/events/logging.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/stopping.hpp>
#include <sferic/events/train.hpp>
#include <sferic/loggers/detail/log_format.hpp>
#include <sferic/loggers/logger_options.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>

namespace sferic::detail {

/// What is the same in all loggers: it hands what is logged to a thread of its own, which writes it
/// in a format. Nothing is begun before there is something to write.
///
/// Once there is training in several processes, all but the first of them must hear nothing here.
class RunLog {
 public:
  /// Throws std::invalid_argument, naming the logger, if an option is out of its range.
  RunLog(char const* logger, LoggerOptions options, MakeLogFormat make);

  /// Writes what is left.
  ~RunLog();
  RunLog(RunLog&&) noexcept;
  RunLog& operator=(RunLog&&) noexcept;

  void on(event::FitStart const& e);
  void on(event::LoadCheckpoint const& e);
  void on(event::TrainEpochEnd const& e);
  void on(event::Exception const& e);

  /// These throw LogError if something could not be written and the options say so.
  void on(event::MetricsLogged const& e);
  void on(event::Teardown const& e);

  /// Not an `on`, because a logger without pictures must not hear of them: then none are made.
  void write_media(event::MediaLogged const& e);

  std::filesystem::path const& log_dir();
  std::int64_t version();
  void flush();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What every logger hears.
template <class Event>
concept LogEvent = requires(RunLog& log, Event const& e) { log.on(e); };

}  // namespace sferic::detail
