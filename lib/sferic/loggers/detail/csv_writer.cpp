#include <sferic/loggers/detail/csv_writer.hpp>

#include <sferic/loggers/detail/csv_text.hpp>
#include <sferic/loggers/detail/field_name.hpp>
#include <sferic/loggers/log_error.hpp>

#include <charconv>
#include <optional>
#include <system_error>

namespace sferic::detail {

namespace {

std::vector<std::string> const kFirstColumns = {"step", "epoch"};

std::optional<std::int64_t> step_of(std::string_view line) {
  std::int64_t step = 0;
  auto const parsed = std::from_chars(line.data(), line.data() + line.size(), step);
  return parsed.ec == std::errc() ? std::optional(step) : std::nullopt;
}

/// Which fields are not empty.
std::string kind_of(std::string_view line) {
  std::string kind;
  for (auto const& field : csv_fields(line)) kind += field.empty() ? ' ' : 'x';
  kind.erase(kind.find_last_not_of(' ') + 1);  // columns that came later
  return kind;
}

std::string column_of(std::string const& name) { return field_name(name, {"step", "epoch"}); }

std::string joined(std::vector<std::string> const& fields) {
  std::string record;
  for (auto const& field : fields) (record += record.empty() ? "" : ",") += field;
  return record;
}

}  // namespace

CsvWriter::CsvWriter(std::filesystem::path const& folder, LoggerOptions const& options,
                     Report const& report)
    : path_(folder / "metrics.csv"),
      file_(path_, {&step_of, &kind_of}, options.queue_bytes, report) {}

void CsvWriter::write(LogRecord const& record) {
  if (columns_.empty()) read_columns();
  if (std::holds_alternative<LogResume>(record.content)) file_.resume(record.step);
  auto const* const values = std::get_if<std::vector<LoggedValue>>(&record.content);
  if (values == nullptr) return;
  add_columns_of(*values);
  std::vector<std::string> fields(columns_.size());
  fields[0] = std::to_string(record.step);
  fields[1] = std::to_string(record.epoch);
  for (auto const& [name, value] : *values) {
    fields[index_.find(column_of(name))->second] = csv_number(value);
  }
  file_.add(record.step, joined(fields));
}

/// Those of the table that is gone on with, or the first two.
void CsvWriter::read_columns() {
  auto const text = read_text(path_);
  auto const length = header_length(text);
  auto columns = length > 0 ? csv_fields(std::string_view(text).substr(0, length)) : kFirstColumns;
  if (columns.size() < 2 || columns[0] != kFirstColumns[0] || columns[1] != kFirstColumns[1]) {
    throw LogError("`" + path_.string() + "` is no table of a CsvLogger");
  }
  for (std::size_t i = 0; i < columns.size(); ++i) index_.emplace(columns[i], i);
  columns_ = std::move(columns);
  file_.set_header(header(), "");
}

void CsvWriter::add_columns_of(std::vector<LoggedValue> const& values) {
  auto const before = columns_.size();
  for (auto const& value : values) {
    auto const column = column_of(value.name);
    if (index_.emplace(column, columns_.size()).second) columns_.push_back(column);
  }
  if (columns_.size() == before) return;
  file_.set_header(header(), std::string(columns_.size() - before, ','));
}

std::string CsvWriter::header() const {
  std::vector<std::string> fields;
  for (auto const& column : columns_) fields.push_back(csv_field(column));
  return joined(fields) + "\n";
}

}  // namespace sferic::detail
