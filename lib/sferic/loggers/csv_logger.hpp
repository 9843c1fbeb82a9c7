#pragma once

#include <sferic/loggers/detail/run_log.hpp>
#include <sferic/loggers/logger_options.hpp>

namespace sferic {

/// Writes logged values as a table, `folder/name/version_N/metrics.csv`:
///
///   trainer.add(sferic::CsvLogger({.folder = "runs"}));
///
///   step,epoch,loss,val_loss
///   49,0,0.25,
///   99,0,,0.5
///
/// As Lightning's CSVLogger: a row for each step at which values were logged together, a column for
/// each name in the order in which they come, fields that are empty where there is no value. Each
/// number is the shortest that is read as the same double, or nan, inf, -inf; fields are quoted as
/// in RFC 4180. Values named "step" or "epoch" get the columns step_ and epoch_ (and "step_" gets
/// step__). A new name makes a new file with all rows, which takes the place of the first when it
/// is complete. Pictures, histograms and texts are left out.
///
/// When it writes is said at TensorBoardLogger; what kills the process leaves at most a last
/// incomplete row, which is removed when the table is gone on with.
///
/// A fit that goes on from a checkpoint in the same `version` removes the rows of the steps that
/// are made again. Rows of the step before that come again, as those of a validation after it, take
/// the place of the former ones.
class CsvLogger : public detail::RunLog {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit CsvLogger(LoggerOptions options = {});
};

}  // namespace sferic
