#include "events/loop_reader.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sferic::test {

namespace {

using event::loop::Line;
using event::loop::Step;
using Lines = std::span<Line const>;

/// The lines that a line rules.
Lines below(Lines lines, std::size_t ruling) {
  std::size_t end = ruling + 1;
  while (end < lines.size() && lines[end].depth > lines[ruling].depth) ++end;
  return lines.subspan(ruling + 1, end - ruling - 1);
}

Lines lines_of(std::string_view part) {
  Lines const all(event::loop::kLines);
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const& step = all[i].steps.front();
    if (step.kind == Step::Kind::kBegin && step.name == part) return below(all, i);
  }
  throw std::invalid_argument("the loop has no part " + std::string(part));
}

}  // namespace

std::string LoopReader::difference(std::string_view part) {
  furthest_ = 0;
  bool const is_read = after(lines_of(part), Places{0}).contains(recorded_.size());
  return is_read ? "" : where_it_ended();
}

std::string LoopReader::difference_of_a_beginning(std::string_view part) {
  furthest_ = 0;
  after(lines_of(part), Places{0});
  return furthest_ == recorded_.size() ? "" : where_it_ended();
}

LoopReader::Places LoopReader::after(Lines lines, Places places) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto const ruled = below(lines, i);
    switch (lines[i].steps.front().kind) {
      case Step::Kind::kIf:
        places.merge(after(ruled, places));
        break;
      case Step::Kind::kEach:
        places = after_each(ruled, places);
        break;
      default:
        places = after(lines[i], places);
    }
    i += ruled.size();
  }
  return places;
}

LoopReader::Places LoopReader::after_each(Lines lines, Places places) {
  for (Places last = places; !last.empty();) {
    Places next = after(lines, last);
    for (auto const place : places) next.erase(place);
    places.insert(next.begin(), next.end());
    last = std::move(next);
  }
  return places;
}

LoopReader::Places LoopReader::after(Line const& line, Places places) {
  for (auto const& step : line.steps) {
    if (!step.name.empty()) places = after(step, places);
  }
  return places;
}

LoopReader::Places LoopReader::after(Step const& step, Places const& places) {
  Places next = step.kind == Step::Kind::kPart ? after(lines_of(step.name), places)
                                               : after_event(step.name, places);
  if (!step.always) next.insert(places.begin(), places.end());
  return next;
}

LoopReader::Places LoopReader::after_event(std::string_view name, Places const& places) {
  Places next;
  for (auto const place : places) {
    if (place < recorded_.size() && recorded_[place] == name) next.insert(place + 1);
  }
  if (!next.empty()) furthest_ = std::max(furthest_, *next.rbegin());
  return next;
}

std::string LoopReader::where_it_ended() const {
  std::string const last = furthest_ == 0 ? "the beginning" : recorded_[furthest_ - 1];
  std::string const next = furthest_ == recorded_.size() ? "the end" : recorded_[furthest_];
  return "place " + std::to_string(furthest_) + ": " + next + " after " + last;
}

}  // namespace sferic::test
