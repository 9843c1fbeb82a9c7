#include <sferic/loggers/detail/csv_text.hpp>

#include <charconv>
#include <cmath>

namespace sferic::detail {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
  std::string field = "\"";
  for (char const letter : text) {
    if (letter == '"') field += '"';
    field += letter;
  }
  return field + '"';
}

std::string csv_number(double value) {
  if (std::isnan(value)) return "nan";  // whatever its sign
  char digits[32];
  auto const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return {digits, end};
}

std::vector<std::string> csv_fields(std::string_view record) {
  while (record.ends_with('\n') || record.ends_with('\r')) record.remove_suffix(1);
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < record.size(); ++i) {
    bool const is_quote = record[i] == '"';
    bool const is_doubled = is_quoted && record.substr(i).starts_with("\"\"");
    if (is_quote && !is_doubled) {
      is_quoted = !is_quoted;
    } else if (record[i] == ',' && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back() += record[i];
      if (is_doubled) ++i;
    }
  }
  return fields;
}

}  // namespace sferic::detail
