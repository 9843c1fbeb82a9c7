#pragma once

#include <sferic/loggers/detail/append_file.hpp>
#include <sferic/loggers/detail/error_report.hpp>
#include <sferic/loggers/detail/overflow.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

/// A text file with a line for each record, which may be there already. Lines are kept until
/// flush() has written them; what changes older lines writes another file, which takes the place
/// of the first one when it is complete.
class LineFile {
 public:
  /// How lines are understood.
  struct Rules {
    /// The step that a line belongs to; nothing for a line of somebody else.
    std::optional<std::int64_t> (*step_of)(std::string_view line);

    /// What it tells of: the same for two lines that differ in their values only.
    std::string (*kind_of)(std::string_view line);
  };

  /// Keeps at most `max_bytes`, beyond which lines are written at once. `report` tells what was
  /// lost beyond that while the file could not be written.
  LineFile(std::filesystem::path path, Rules rules, std::size_t max_bytes, Report report);

  /// The first line, in which a field may go over several ones, as RFC 4180 quotes it. Each line
  /// before this call gets `suffix` at its end.
  void set_header(std::string header, std::string_view suffix);

  void add(std::int64_t step, std::string const& line);

  /// Forgets the lines of this step and of all later ones, which are about to be added again. Of
  /// the step before, some may come again as well, as those of a validation after it: what is added
  /// takes the place of the last one of its kind. Throws as flush().
  void resume(std::int64_t step);

  /// Throws std::runtime_error; then everything is as before, to be tried again.
  void flush();

 private:
  struct Line {
    std::int64_t step;
    std::string text;
  };

  void cut_incomplete_line();
  void append_waiting();
  void forget_former(std::int64_t step, std::string const& line);
  void change_older_lines();
  std::string changed(std::string_view lines) const;
  void find_former(std::string_view lines);

  std::filesystem::path const path_;
  Rules const rules_;
  Report const report_;

  AppendFile file_;
  std::string header_;
  std::vector<Line> waiting_;
  std::size_t waiting_bytes_ = 0;
  Overflow overflow_;

  // What is to be done to the lines in the file.
  bool is_whole_ = false;  ///< no last line that a killed process has left incomplete
  std::string suffix_;
  std::optional<std::int64_t> drop_from_ = {};
  std::vector<std::string> removed_;

  std::int64_t resumed_ = 0;         ///< the step that a fit went on with
  std::vector<std::string> former_;  ///< the lines of the step before it, which may come again
};

/// What a file holds; nothing if there is none. Throws LogError.
std::string read_text(std::filesystem::path const& path);

/// The length of the header with its end of line; 0 if it is incomplete.
std::size_t header_length(std::string_view text);

}  // namespace sferic::detail
