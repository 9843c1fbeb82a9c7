#include <sferic/loggers/json_lines_logger.hpp>

#include <sferic/loggers/detail/json_lines_writer.hpp>

#include <utility>

namespace sferic {

JsonLinesLogger::JsonLinesLogger(LoggerOptions options)
    : RunLog("JsonLinesLogger", std::move(options), &detail::make_format<detail::JsonLinesWriter>) {
}

}  // namespace sferic
