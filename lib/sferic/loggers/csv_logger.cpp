#include <sferic/loggers/csv_logger.hpp>

#include <sferic/loggers/detail/csv_writer.hpp>

#include <utility>

namespace sferic {

CsvLogger::CsvLogger(LoggerOptions options)
    : RunLog("CsvLogger", std::move(options), &detail::make_format<detail::CsvWriter>) {}

}  // namespace sferic
