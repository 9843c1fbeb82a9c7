#include <sferic/callbacks/progress_line.hpp>

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <unistd.h>

namespace sferic::detail {

namespace {

/// The columns that UTF-8 text takes on a terminal. All letters from U+1000 on count as wide: a
/// line may become too short by that, but never too long.
int width_of(std::string_view text) {
  int count = 0;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    bool const continues_a_letter = (byte & 0xC0) == 0x80;
    if (!continues_a_letter) count += byte >= 0xE1 ? 2 : 1;
  }
  return count;
}

std::string counts(ProgressLine const& line) {
  return line.total ? fmt::format("{}/{}", line.done, *line.total) : fmt::format("{}", line.done);
}

std::string clock_time(double seconds) {
  constexpr double kLongest = 1e9;  // thirty years, which an integer holds
  auto const whole = static_cast<std::int64_t>(std::clamp(seconds, 0.0, kLongest));
  auto const hours = whole / 3600;
  auto const minutes = whole / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
  return fmt::format("{:02}:{:02}", minutes, whole % 60);
}

/// Slow batches in seconds each, so that the number has digits to show.
std::string speed(double rate) {
  double const number = rate < 1 ? 1 / rate : rate;
  int const decimals = number < 10 ? 2 : number < 100 ? 1 : 0;
  return fmt::format("{:.{}f} {}", number, decimals, rate < 1 ? "s/it" : "it/s");
}

std::string times(ProgressLine const& line) {
  std::string const elapsed = clock_time(line.seconds);
  double const rate = line.rate();
  if (rate == 0) return fmt::format("[{}]", elapsed);
  if (line.finished || !line.total) return fmt::format("[{}, {}]", elapsed, speed(rate));
  auto const left = static_cast<double>(*line.total - line.done);
  return fmt::format("[{}<{}, {}]", elapsed, clock_time(left / rate), speed(rate));
}

/// A letter of UTF-8 has no bytes in the range of control characters.
std::string without_controls(std::string text) {
  auto const is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  return text;
}

std::string number(double value) {
  bool const is_whole = std::trunc(value) == value && std::abs(value) < 1e9;
  return is_whole ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

constexpr int kBarFrame = 3;  // " |" and "|"

/// The length of the bar where `room` columns are left for it; 0 if there is none.
int bar_cells(ProgressLine const& line, LineStyle style, int room) {
  constexpr int kFewest = 4;
  constexpr int kMost = 40;
  if (style.bar == LineStyle::Bar::kNone || !line.total) return 0;
  // A share of the width, whatever else the line holds: a value that gets longer does not move it.
  int const usual = std::clamp(style.columns / 6, kFewest, kMost);
  int const cells = std::min(usual, room - kBarFrame);
  return cells < kFewest ? 0 : cells;
}

double done_fraction(ProgressLine const& line) {
  auto const total = static_cast<double>(std::max<std::int64_t>(*line.total, 1));
  return std::clamp(static_cast<double>(line.done) / total, 0.0, 1.0);
}

std::string ascii_bar(double fraction, int cells) {
  auto const full = static_cast<std::size_t>(fraction * cells);
  return fmt::format(" |{:-<{}}|", std::string(full, '#'), cells);
}

std::string utf8_bar(double fraction, int cells) {
  constexpr std::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  auto const eighths = static_cast<int>(fraction * cells * 8);
  std::string filled;
  for (int cell = 0; cell < eighths / 8; ++cell) filled += "█";
  filled += kEighths[eighths % 8];
  int const begun = (eighths + 7) / 8;
  return fmt::format(" |{}{:{}}|", filled, "", cells - begun);
}

std::string bar(ProgressLine const& line, LineStyle style, int cells) {
  if (cells == 0) return {};
  double const fraction = done_fraction(line);
  bool const is_utf8 = style.bar == LineStyle::Bar::kUtf8;
  return is_utf8 ? utf8_bar(fraction, cells) : ascii_bar(fraction, cells);
}

bool can_redraw(std::FILE* file) {
  char const* const term = std::getenv("TERM");
  return term && *term && std::string_view(term) != "dumb" && isatty(fileno(file));
}

/// Asks the environment, since the locale of a C++ program stays "C" if nobody sets it.
bool environment_is_utf8() {
  for (char const* const variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    char const* const value = std::getenv(variable);
    if (!value || !*value) continue;  // the first one that is set decides
    std::string locale = value;
    for (char& c : locale) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

int terminal_columns(std::FILE* file) {
  constexpr int kUsual = 80;  // of a terminal that does not tell
  winsize size{};
  bool const is_known = ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : kUsual;
}

}  // namespace

double ProgressLine::rate() const {
  auto const counted = static_cast<double>(done - first);
  return counted > 0 && seconds > 0 ? counted / seconds : 0;
}

std::string ProgressLine::text(LineStyle style) const {
  int room = style.columns;
  auto const fitting = [&room](std::string part) {
    int const width = width_of(part);
    if (width > room) return std::string();
    room -= width;
    return part;
  };
  // The parts choose by importance, not by place.
  std::string const name = fitting(title + ":");
  std::string const count = fitting(fmt::format(" {}", counts(*this)));
  std::string const time = fitting(fmt::format(" {}", times(*this)));
  int const cells = bar_cells(*this, style, room);
  if (cells > 0) room -= cells + kBarFrame;
  std::string line = name + bar(*this, style, cells) + count + time;
  auto const append = [&](std::string part) {
    std::string const shown = fitting(without_controls(std::move(part)));
    line += shown;
    return !shown.empty();
  };
  bool fits = !name.empty() && !count.empty() && !time.empty();
  for (auto const& column : columns) fits = fits && (column.empty() || append(" " + column));
  for (auto const& value : values) {
    fits = fits && append(fmt::format(" {}={}", value.name, number(value.value)));
  }
  return line;
}

LineOutput::LineOutput(std::FILE* file)
    : file_(file), is_terminal_(can_redraw(file)), is_utf8_(environment_is_utf8()) {}

LineStyle LineOutput::style() const {
  if (!is_terminal_) return {LineStyle::Bar::kNone, std::numeric_limits<int>::max()};
  auto const bar = is_utf8_ ? LineStyle::Bar::kUtf8 : LineStyle::Bar::kAscii;
  return {bar, terminal_columns(file_) - 1};  // a full last column makes some terminals wrap
}

void LineOutput::show(std::string_view text) {
  // In one write, so that nobody sees half of it.
  write(is_terminal_ ? fmt::format("\r{}\x1b[K", text) : fmt::format("{}\n", text));
  line_is_open_ = is_terminal_;
}

void LineOutput::keep() {
  if (line_is_open_) write("\n");
  line_is_open_ = false;
}

void LineOutput::erase() {
  if (line_is_open_) write("\r\x1b[K");
  line_is_open_ = false;
}

void LineOutput::write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file_);
  std::fflush(file_);
}

}  // namespace sferic::detail
