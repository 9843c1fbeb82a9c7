#include <sferic/training_bus/loop_text.hpp>

#include <sferic/events/loop.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace sferic {

namespace {

namespace loop = event::loop;
using Kind = loop::Step::Kind;

std::string text_of(loop::Step const& step) {
  std::string const name(step.name);
  bool const rules =
      step.kind == Kind::kBegin || step.kind == Kind::kIf || step.kind == Kind::kEach;
  if (rules) return name + ':';
  return step.always ? name : '[' + name + ']';
}

std::string text_of(loop::Line const& line) {
  std::string text(2 * static_cast<std::size_t>(line.depth), ' ');
  std::string_view between;
  for (auto const& step : line.steps) {
    if (step.name.empty()) break;
    (text += between) += text_of(step);
    between = "  ";
  }
  return text;
}

std::size_t column_of_notes() {
  std::size_t column = 0;
  for (auto const& line : loop::kLines) {
    if (!line.note.empty()) column = std::max(column, text_of(line).size() + 2);
  }
  return column;
}

}  // namespace

std::string loop_text() {
  std::size_t const column = column_of_notes();
  std::string text;
  for (auto const& line : loop::kLines) {
    if (line.depth == 0 && !text.empty()) text += '\n';
    std::string drawn = text_of(line);
    if (!line.note.empty()) {
      drawn.resize(column, ' ');
      drawn += line.note;
    }
    (text += drawn) += '\n';
  }
  return text;
}

}  // namespace sferic
