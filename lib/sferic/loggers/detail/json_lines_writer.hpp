#pragma once

#include <sferic/loggers/detail/image_files.hpp>
#include <sferic/loggers/detail/line_file.hpp>
#include <sferic/loggers/detail/log_record.hpp>
#include <sferic/loggers/logger_options.hpp>

#include <filesystem>
#include <string>

namespace sferic::detail {

/// The LogFormat of JsonLinesLogger.
class JsonLinesWriter {
 public:
  JsonLinesWriter(std::filesystem::path const& folder, LoggerOptions const& options,
                  Report const& report);

  void write(LogRecord const& record);
  void flush() { file_.flush(); }

 private:
  void write_values(LogRecord const& record, std::vector<LoggedValue> const& values);
  void write_media(LogRecord const& record, LoggedMedia const& media);

  ImageFiles const images_;
  Report const report_;
  LineFile file_;
};

}  // namespace sferic::detail
