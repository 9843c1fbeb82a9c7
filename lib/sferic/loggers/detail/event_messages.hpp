#pragma once

#include <sferic/loggers/detail/error_report.hpp>
#include <sferic/loggers/detail/log_record.hpp>
#include <sferic/loggers/logger_options.hpp>

#include <string>

namespace sferic::detail {

/// The first event of a file, serialized.
std::string first_event(double time);

/// What a record is for TensorBoard: an event, serialized; empty if it is nothing. A picture that
/// is none is left out and reported.
std::string event_of(LogRecord const& record, LoggerOptions const& options, Report const& report);

}  // namespace sferic::detail
