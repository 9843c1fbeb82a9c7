#pragma once

#include <sferic/events/logged.hpp>
#include <sferic/events/moment.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

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

/// New pictures, histograms and texts for loggers to write: at the end of the batch that they were
/// logged in, whichever it is, or soon after.
struct MediaLogged : Moment {
  static constexpr std::string_view kName = "media_logged";
  std::vector<LoggedMedia> const& media;
  std::int64_t step;  ///< as of MetricsLogged
};

}  // namespace sferic::event
