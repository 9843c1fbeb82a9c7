#pragma once

#include <sferic/loggers/detail/line_file.hpp>
#include <sferic/loggers/detail/log_record.hpp>
#include <sferic/loggers/logger_options.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace sferic::detail {

/// The LogFormat of CsvLogger.
class CsvWriter {
 public:
  CsvWriter(std::filesystem::path const& folder, LoggerOptions const& options,
            Report const& report);

  void write(LogRecord const& record);
  void flush() { file_.flush(); }

 private:
  void read_columns();
  void add_columns_of(std::vector<LoggedValue> const& values);
  std::string header() const;

  std::filesystem::path const path_;
  LineFile file_;
  std::vector<std::string> columns_;  ///< none before read_columns()
  std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace sferic::detail
