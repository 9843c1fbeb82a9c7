#include <sferic/loggers/detail/line_file.hpp>

#include <sferic/loggers/log_error.hpp>
#include <sferic/persistence/detail/new_file.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace sferic::detail {

namespace {

/// Calls `action` with each line, without its end.
template <class Action>
void for_each_line(std::string_view lines, Action action) {
  while (!lines.empty()) {
    auto const length = std::min(lines.find('\n'), lines.size());
    action(lines.substr(0, length));
    lines.remove_prefix(std::min(length + 1, lines.size()));
  }
}

/// Where the name is a link, the file that it leads to is replaced.
void replace_text(std::filesystem::path const& path, std::string const& text) {
  auto const target = std::filesystem::canonical(path);
  NewFile file(target);
  file.write(text.data(), text.size());
  file.set_permissions(std::filesystem::status(target).permissions());
  file.commit();
}

}  // namespace

LineFile::LineFile(std::filesystem::path path, Rules rules, std::size_t max_bytes, Report report)
    : path_(std::move(path)),
      rules_(rules),
      report_(std::move(report)),
      file_(path_),
      overflow_(path_, "lines", max_bytes, report_) {}

void LineFile::set_header(std::string header, std::string_view suffix) {
  header_ = std::move(header);
  suffix_ += suffix;
  for (auto& line : waiting_) line.text += suffix;
  for (auto& line : former_) line += suffix;
  for (auto& line : removed_) line += suffix;
  waiting_bytes_ += suffix.size() * waiting_.size();
}

void LineFile::add(std::int64_t step, std::string const& line) {
  if (!overflow_.takes_one_more(waiting_bytes_, [this] { flush(); })) return;
  forget_former(step, line);
  waiting_bytes_ += line.size() + 1;
  waiting_.push_back({step, line});
}

void LineFile::resume(std::int64_t step) {
  std::erase_if(waiting_, [&](Line const& line) {
    bool const comes_again = line.step >= step;
    if (comes_again) waiting_bytes_ -= line.text.size() + 1;
    return comes_again;
  });
  drop_from_ = std::min(step, drop_from_.value_or(step));
  flush();
}

void LineFile::forget_former(std::int64_t step, std::string const& line) {
  if (step >= resumed_) former_.clear();
  if (former_.empty() || step != resumed_ - 1) return;
  auto const kind = rules_.kind_of(line);
  auto const last = std::find_if(former_.rbegin(), former_.rend(), [&](std::string const& former) {
    return rules_.kind_of(former) == kind;
  });
  if (last == former_.rend()) return;
  removed_.push_back(*last);
  former_.erase(std::next(last).base());
}

void LineFile::flush() {
  overflow_.begin_flush();
  if (!is_whole_) cut_incomplete_line();
  if (drop_from_ || !removed_.empty() || !suffix_.empty()) change_older_lines();
  if (!waiting_.empty()) append_waiting();
  overflow_.end_flush();
}

void LineFile::append_waiting() {
  std::string text;
  for (auto const& line : waiting_) (text += line.text) += '\n';
  is_whole_ = false;
  bool const was_in_place = file_.write(text, header_);
  is_whole_ = true;
  waiting_.clear();
  waiting_bytes_ = 0;
  if (!was_in_place) report_("`" + path_.string() + "` was removed: another one is begun");
}

void LineFile::cut_incomplete_line() {
  auto const text = read_text(path_);
  auto const length = text.rfind('\n') + 1;  // 0 if there is none
  if (length < text.size()) std::filesystem::resize_file(path_, length);
  is_whole_ = true;
}

void LineFile::change_older_lines() {
  auto const text = read_text(path_);
  auto const lines = std::string_view(text).substr(header_.empty() ? 0 : header_length(text));
  auto const changed_lines = changed(lines);
  auto const changed_text = (lines.empty() ? "" : header_) + changed_lines;
  if (changed_text != text) {
    file_.close();
    replace_text(path_, changed_text);
  }
  if (drop_from_) find_former(changed_lines);
  drop_from_.reset();
  suffix_.clear();
  removed_.clear();
}

std::string LineFile::changed(std::string_view lines) const {
  std::string changed;
  auto removed = removed_;
  for_each_line(lines, [&](std::string_view former) {
    auto const line = std::string(former) + suffix_;
    auto const found = std::find(removed.begin(), removed.end(), line);
    if (found != removed.end()) {
      removed.erase(found);
    } else if (!drop_from_ || rules_.step_of(line).value_or(*drop_from_ - 1) < *drop_from_) {
      (changed += line) += '\n';
    }
  });
  return changed;
}

void LineFile::find_former(std::string_view lines) {
  former_.clear();
  resumed_ = *drop_from_;
  for_each_line(lines, [this](std::string_view line) {
    if (rules_.step_of(line) == resumed_ - 1) former_.emplace_back(line);
  });
  for (auto const& line : waiting_) {
    if (line.step == resumed_ - 1) former_.push_back(line.text);
  }
}

std::string read_text(std::filesystem::path const& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return "";
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (error || !file) throw LogError("cannot read `" + path.string() + "`");
  return text;
}

std::size_t header_length(std::string_view text) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') is_quoted = !is_quoted;
    if (text[i] == '\n' && !is_quoted) return i + 1;
  }
  return 0;
}

}  // namespace sferic::detail
