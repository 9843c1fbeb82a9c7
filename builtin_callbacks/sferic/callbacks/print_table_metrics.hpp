#pragma once

#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>
#include <sferic/registry/stateful.hpp>
#include <sferic/signal/order.hpp>

#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sferic {

struct PrintTableMetricsOptions {
  /// The names of the values to show, in this order. Default: all that are logged, by name, and
  /// behind them those that come later.
  std::vector<std::string> columns = {};

  /// How many epochs the table shows, the last ones. Default: all. Range: >= 1.
  std::optional<std::int64_t> last_epochs = {};

  /// The most letters in a line; columns that do not fit follow below. Default: as wide as the
  /// terminal; 80 where there is none. Range: >= 1.
  std::optional<std::int64_t> width = {};

  /// Where the table goes; must stay open as long as the callback is used. Default: stderr.
  std::FILE* file = stderr;
};

/// Prints a table of the logged values at the end of each training epoch, with a line for each
/// epoch by now, counted from 1 as the progress bar does:
///
///   epoch    loss  val_accuracy
///   -----  ------  ------------
///       1  0.9031        0.8944
///       2  0.2177        0.9500
///
/// A value that is logged in some epochs only has a column of its own from then on; where it has
/// not been logged yet, the line is blank. One that is logged both on_step and on_epoch has one
/// column. Beside a ProgressBar, the table stands below the epoch's finished line.
///
/// As PrintTableMetricsCallback of Lightning Bolts, which fails when other values are logged than
/// in the first epoch. Checkpoints keep the table; a fit that neither goes on nor resumes begins a
/// new one.
class PrintTableMetrics {
 public:
  static constexpr std::string_view kStateKey = "sferic::PrintTableMetrics";
  static constexpr Order kOrder = Order::kLast;  ///< others may log at the same event

  /// Throws std::invalid_argument if an option is out of its range.
  explicit PrintTableMetrics(PrintTableMetricsOptions options = {});

  void on(event::FitStart const& e);
  void on(event::EpochEnd const& e);

  /// The table as it would be printed, in lines of `width` letters.
  std::string text(int width = 80) const;

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  struct Epoch {
    std::int64_t number = 0;  ///< counted from 1
    std::map<std::string, double> values;

    template <class Archive>
    void serialize(Archive& archive, unsigned version);
  };

  int width() const;

  PrintTableMetricsOptions options_;
  std::vector<std::string> columns_;
  std::vector<Epoch> epochs_;
};

template <>
struct detail::StateOf<PrintTableMetrics> : detail::CompiledState<PrintTableMetrics> {};

}  // namespace sferic
