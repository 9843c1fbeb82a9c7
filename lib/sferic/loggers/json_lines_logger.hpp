#pragma once

#include <sferic/loggers/detail/run_log.hpp>
#include <sferic/loggers/logger_options.hpp>

namespace sferic {

/// Writes what is logged as objects of JSON, one a line, `folder/name/version_N/metrics.jsonl`:
///
///   trainer.add(sferic::JsonLinesLogger({.folder = "runs"}));
///
///   {"step":49,"epoch":0,"time":1767225600.123,"loss":0.25,"accuracy":"NaN"}
///   {"step":49,"epoch":0,"time":1767225600.125,"answer":"a text"}
///   {"step":49,"epoch":0,"time":1767225600.125,"samples":{"image":"images/samples/49.png"}}
///   {"step":49,"epoch":0,"time":1767225600.125,"weights":{"histogram":{"min":-1.0,...}}}
///
/// "time" is in seconds since 1970. The values logged together at a step are one line, each
/// picture, histogram and text is a line of its own. A picture is a PNG file beside it. A histogram
/// has the fields of sferic::Histogram. What JSON has no number for is "NaN", "Infinity" or
/// "-Infinity". Values named "step", "epoch" or "time" are called step_, epoch_ and time_
/// (and "step_" is called step__).
///
/// When it writes is said at TensorBoardLogger; what kills the process leaves at most a last
/// incomplete line, which is removed when the file is gone on with.
///
/// A fit that goes on from a checkpoint in the same `version` removes the lines and pictures of the
/// steps that are made again. Lines of the step before that come again, as those of a validation
/// after it, take the place of the former ones; their pictures stay.
class JsonLinesLogger : public detail::RunLog {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit JsonLinesLogger(LoggerOptions options = {});

  using RunLog::on;
  void on(event::MediaLogged const& e) { write_media(e); }
};

}  // namespace sferic
