#pragma once

#include <sferic/loggers/logger_options.hpp>

// What TensorBoard's hparams plugin reads.

namespace sferic::detail {

namespace tensorboard {
class Summary;
}

/// The values of the hyperparameters; and which metrics to compare by, if the options name some:
/// else TensorBoard takes all scalars.
void add_session_start(tensorboard::Summary& summary, LoggerOptions const& options, double time);

void add_session_end(tensorboard::Summary& summary, bool well, double time);

}  // namespace sferic::detail
