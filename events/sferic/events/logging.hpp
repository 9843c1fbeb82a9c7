#pragma once

#include <sferic/events/moment.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace sferic {
struct LoggedValue;
}

namespace sferic::event {

/// New values for loggers to write: those of a training batch, after every log_every_n_steps-th
/// optimizer step; those of an epoch, at its end; those logged outside of batches, soon after.
struct MetricsLogged : Moment {
  static constexpr std::string_view kName = "metrics_logged";
  std::vector<LoggedValue> const& values;

  /// The optimizer step, counted from 0, that the values are written for: of a batch the one that
  /// it makes or takes part in, at the start of an epoch the one to come, else the last one done.
  std::int64_t step;
};

}  // namespace sferic::event
