#include <sferic/callbacks/detail/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace sferic::detail {

namespace {

constexpr std::size_t kGap = 2;

struct Cells {
  std::vector<std::string> texts;  ///< the name first
  std::size_t width = 0;
};

/// The letters of UTF-8 text.
std::size_t letters(std::string const& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool is_whole(double value) {
  return !std::isfinite(value) || (std::trunc(value) == value && std::abs(value) < 1e9);
}

/// With the zeros at the end, so that the digits of a column stand below each other.
std::string fraction(double value) {
  auto const scientific = fmt::format("{:.3e}", value);
  int const exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  if (exponent < -4 || exponent > 8) return scientific;
  return fmt::format("{:.{}f}", value, std::max(3 - exponent, 0));
}

Cells cells_of(TableColumn const& column) {
  auto const is_known = [&](std::size_t row) {
    return column.is_known.empty() || column.is_known[row];
  };
  bool all_whole = true;
  for (std::size_t row = 0; row < column.values.size(); ++row) {
    all_whole = all_whole && (!is_known(row) || is_whole(column.values[row]));
  }
  Cells cells{{column.name}, letters(column.name)};
  for (std::size_t row = 0; row < column.values.size(); ++row) {
    double const value = column.values[row];
    auto const text = !is_known(row)                       ? ""
                      : all_whole || !std::isfinite(value) ? fmt::format("{:.0f}", value)
                                                           : fraction(value);
    cells.width = std::max(cells.width, text.size());
    cells.texts.push_back(text);
  }
  return cells;
}

void append_line(std::string& text, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  text += line + '\n';
}

/// The columns of the range beside the first one.
void append_block(std::string& text, std::vector<Cells> const& columns, std::size_t begin,
                  std::size_t end) {
  std::vector<Cells const*> block = {&columns.front()};
  for (auto i = begin; i < end; ++i) block.push_back(&columns[i]);
  for (std::size_t row = 0; row < columns.front().texts.size(); ++row) {
    std::string line;
    std::string rule;
    for (auto const* const column : block) {
      auto const gap = line.empty() && column == block.front() ? 0 : kGap;
      auto const& cell = column->texts[row];
      line += std::string(gap + column->width - letters(cell), ' ') + cell;
      rule += std::string(gap, ' ') + std::string(column->width, '-');
    }
    append_line(text, line);
    if (row == 0) append_line(text, rule);
  }
}

}  // namespace

std::string table(std::vector<TableColumn> const& columns, int width) {
  std::vector<Cells> all;
  for (auto const& column : columns) all.push_back(cells_of(column));
  auto const most = static_cast<std::size_t>(std::max(width, 0));
  std::string text;
  std::size_t begin = 1;
  do {
    auto end = begin;
    auto taken = all.front().width;
    while (end < all.size() && (end == begin || taken + kGap + all[end].width <= most)) {
      taken += kGap + all[end++].width;
    }
    if (begin > 1) text += '\n';
    append_block(text, all, begin, end);
    begin = end;
  } while (begin < all.size());
  return text;
}

}  // namespace sferic::detail
