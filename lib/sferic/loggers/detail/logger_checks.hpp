#pragma once

#include <sferic/loggers/logger_options.hpp>

namespace sferic::detail {

/// Throws std::invalid_argument, naming logger, option and value.
void check_options(char const* logger, LoggerOptions const& options);

}  // namespace sferic::detail
