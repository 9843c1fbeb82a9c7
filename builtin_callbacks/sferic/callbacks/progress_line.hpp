#pragma once

#include <sferic/metrics/metrics.hpp>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

/// How a progress line looks.
struct LineStyle {
  enum class Bar { kNone, kAscii, kUtf8 };
  Bar bar;
  int columns;  ///< the most that a line may take
};

/// What one line tells of the batches that it counts.
struct ProgressLine {
  std::string title;
  std::int64_t first = 0;             ///< those that were done before the time began
  std::int64_t done = 0;              ///< those done by now, `first` included
  std::optional<std::int64_t> total;  ///< if known
  double seconds = 0;                 ///< that done - first batches took
  bool finished = false;              ///< nothing is left to wait for
  std::vector<std::string> columns;   ///< of the user's; an empty one is none
  std::vector<LoggedValue> values;

  /// Batches a second, of those that took `seconds`; 0 as long as there is none.
  [[nodiscard]] double rate() const;

  /// For example `Epoch 3/10: |████▌     | 123/273 [00:12<00:15, 9.84 it/s] lr 3e-4 loss=0.1234`.
  /// Where that is too long, the values are left out first, from the last one on, then the columns,
  /// then the bar gets shorter, then other parts go. No number is ever cut in two, and a control
  /// character, which would move the cursor, is a space.
  [[nodiscard]] std::string text(LineStyle style) const;
};

/// Shows a line that changes: in place on a terminal, elsewhere as one line after the other. A
/// stream is a terminal if it is a tty and the environment's TERM is not `dumb`. There are no
/// colours, whatever NO_COLOR says. Errors of the stream are ignored, since a training does not
/// fail for its progress bar.
class LineOutput {
 public:
  explicit LineOutput(std::FILE* file);

  [[nodiscard]] bool is_terminal() const noexcept { return is_terminal_; }

  /// Whether a line stands on the terminal that would be in the way of other text.
  [[nodiscard]] bool line_is_open() const noexcept { return line_is_open_; }

  /// The style that the stream takes now: a terminal's width is asked for each time.
  [[nodiscard]] LineStyle style() const;

  /// Shows `text` in place of the line that is there.
  void show(std::string_view text);

  /// Lets the line stay and goes on below it.
  void keep();

  /// Removes the line, where that is possible.
  void erase();

 private:
  void write(std::string_view text);

  std::FILE* file_;
  bool is_terminal_;
  bool is_utf8_;
  bool line_is_open_ = false;  ///< the terminal's cursor stands behind a line of ours
};

}  // namespace sferic::detail
