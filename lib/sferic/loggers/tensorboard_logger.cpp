#include <sferic/loggers/tensorboard_logger.hpp>

#include <sferic/loggers/detail/event_writer.hpp>

#include <utility>

namespace sferic {

TensorBoardLogger::TensorBoardLogger(LoggerOptions options)
    : RunLog("TensorBoardLogger", std::move(options), &detail::make_format<detail::EventWriter>) {}

}  // namespace sferic
