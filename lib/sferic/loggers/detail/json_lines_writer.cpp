#include <sferic/loggers/detail/json_lines_writer.hpp>

#include <sferic/loggers/detail/field_name.hpp>
#include <sferic/loggers/detail/image_files.hpp>
#include <sferic/loggers/detail/json_number.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <exception>
#include <optional>

namespace sferic::detail {

namespace {

using Json = nlohmann::ordered_json;

std::optional<std::int64_t> step_of(std::string_view line) {
  auto const object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object() || !object.contains("step")) return std::nullopt;
  auto const& step = object["step"];
  return step.is_number_integer() ? std::optional(step.get<std::int64_t>()) : std::nullopt;
}

/// Its names.
std::string kind_of(std::string_view line) {
  auto const object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  auto names = Json::array();
  for (auto const& item : object.items()) names.push_back(item.key());
  return names.dump();
}

Json begin_of(LogRecord const& record) {
  auto const milliseconds = std::round(record.time * 1000) / 1000;
  return {{"step", record.step}, {"epoch", record.epoch}, {"time", milliseconds}};
}

std::string key_of(std::string const& name) { return field_name(name, {"step", "epoch", "time"}); }

Json to_json(std::vector<double> const& numbers) {
  auto array = Json::array();
  for (double const number : numbers) array.push_back(json_number(number));
  return array;
}

Json to_json(Histogram const& histogram) {
  return {{"min", json_number(histogram.min)},
          {"max", json_number(histogram.max)},
          {"sum", json_number(histogram.sum)},
          {"sum_of_squares", json_number(histogram.sum_of_squares)},
          {"limits", to_json(histogram.limits)},
          {"counts", histogram.counts}};
}

/// What is not UTF-8 in it becomes U+FFFD.
std::string line_of(Json const& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

JsonLinesWriter::JsonLinesWriter(std::filesystem::path const& folder, LoggerOptions const& options,
                                 Report const& report)
    : images_(folder),
      report_(report),
      file_(folder / "metrics.jsonl", {&step_of, &kind_of}, options.queue_bytes, report) {}

void JsonLinesWriter::write(LogRecord const& record) {
  Overloaded const write_content{[&](std::vector<LoggedValue> const& values) {
    write_values(record, values);
  }, [&](std::vector<LoggedMedia> const& media) {
    for (auto const& each : media) write_media(record, each);
  }, [&](LogResume) {
    images_.remove_from(record.step);  // first, as the next step may throw
    file_.resume(record.step);
  }, [](auto const&) {}};
  std::visit(write_content, record.content);
}

void JsonLinesWriter::write_values(LogRecord const& record,
                                   std::vector<LoggedValue> const& values) {
  auto object = begin_of(record);
  for (auto const& [name, value] : values) object[key_of(name)] = json_number(value);
  file_.add(record.step, line_of(object));
}

void JsonLinesWriter::write_media(LogRecord const& record, LoggedMedia const& media) try {
  auto object = begin_of(record);
  Overloaded const to_value{[&](Image const& image) -> Json {
    return {{"image", images_.save(media.name, record.step, image)}};
  }, [](Histogram const& histogram) -> Json { return {{"histogram", to_json(histogram)}}; },
                            [](std::string const& text) -> Json { return text; }};
  object[key_of(media.name)] = std::visit(to_value, media.content);
  file_.add(record.step, line_of(object));
} catch (std::exception const& error) {
  report_("`" + media.name + "` is left out: " + error.what());
}

}  // namespace sferic::detail
