#pragma once

#include <sferic/events/loop.hpp>

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sferic::test {

/// Reads what was recorded of a task, the names of events and calls, by the lines of the loop.
class LoopReader {
 public:
  explicit LoopReader(std::vector<std::string> recorded) : recorded_(std::move(recorded)) {}

  /// Empty if the record is a run of the part; else what the part does not say.
  std::string difference(std::string_view part);

  /// The same of a record that ends somewhere within the part.
  std::string difference_of_a_beginning(std::string_view part);

 private:
  using Lines = std::span<event::loop::Line const>;
  using Places = std::set<std::size_t>;  ///< how much of the record may have been read

  Places after(Lines lines, Places places);
  Places after(event::loop::Line const& line, Places places);
  Places after(event::loop::Step const& step, Places const& places);
  Places after_each(Lines lines, Places places);
  Places after_event(std::string_view name, Places const& places);
  std::string where_it_ended() const;

  std::vector<std::string> recorded_;
  std::size_t furthest_ = 0;  ///< place reached so far
};

}  // namespace sferic::test
