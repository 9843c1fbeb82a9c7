#pragma once

#include <sferic/loggers/detail/error_report.hpp>
#include <sferic/loggers/detail/log_record.hpp>
#include <sferic/loggers/logger_options.hpp>

#include <filesystem>
#include <functional>
#include <memory>

namespace sferic::detail {

/// What turns records into a file. Called on the thread that writes; errors are exceptions.
struct LogFormat {
  std::function<void(LogRecord const&)> write;  ///< may keep it until flush()
  std::function<void()> flush;                  ///< what fails is kept for the next time
};

/// Makes a format for the files of a folder, without touching them yet. `report` is for errors
/// that do not keep the rest from being written.
using MakeLogFormat = LogFormat (*)(std::filesystem::path const& folder,
                                    LoggerOptions const& options, Report const& report);

/// A LogFormat out of a class with its two functions.
template <class Writer>
LogFormat make_format(std::filesystem::path const& folder, LoggerOptions const& options,
                      Report const& report) {
  auto const writer = std::make_shared<Writer>(folder, options, report);
  return {[writer](LogRecord const& record) { writer->write(record); },
          [writer] { writer->flush(); }};
}

}  // namespace sferic::detail
