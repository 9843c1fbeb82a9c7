#pragma once

#include <sferic/loggers/detail/append_file.hpp>
#include <sferic/loggers/detail/error_report.hpp>
#include <sferic/loggers/detail/log_record.hpp>
#include <sferic/loggers/detail/overflow.hpp>
#include <sferic/loggers/logger_options.hpp>

#include <filesystem>
#include <string>

namespace sferic::detail {

/// The LogFormat of TensorBoardLogger: a new event file in the folder.
class EventWriter {
 public:
  EventWriter(std::filesystem::path const& folder, LoggerOptions options, Report report);

  void write(LogRecord const& record);
  void flush();

 private:
  LoggerOptions const options_;
  Report const report_;
  std::filesystem::path const path_;
  std::string const begin_;  ///< the file's first record
  AppendFile file_;
  std::string waiting_;
  Overflow overflow_;
};

}  // namespace sferic::detail
