#include <sferic/loggers/detail/event_messages.hpp>

#include <sferic/loggers/detail/hparams_messages.hpp>
#include <sferic/loggers/detail/utf8.hpp>
#include <sferic/png/png.hpp>

#include <algorithm>
#include <exception>
#include <sferic_tensorboard.pb.h>

namespace sferic::detail {

namespace {

using tensorboard::Summary;

void set_value(Summary::Value& into, Image const& image) {
  auto& message = *into.mutable_image();
  message.set_encoded_image_string(encode_png(image));
  message.set_width(static_cast<std::int32_t>(image.width));
  message.set_height(static_cast<std::int32_t>(image.height));
  message.set_colorspace(static_cast<std::int32_t>(image.channels));
}

void set_value(Summary::Value& into, Histogram const& histogram) {
  auto& message = *into.mutable_histo();
  message.set_min(histogram.min);
  message.set_max(histogram.max);
  message.set_sum(histogram.sum);
  message.set_sum_squares(histogram.sum_of_squares);
  double all = 0;
  for (std::size_t i = 0; i < histogram.limits.size(); ++i) {
    auto const count = static_cast<double>(histogram.counts[i]);
    message.add_bucket_limit(histogram.limits[i]);
    message.add_bucket(count);
    all += count;
  }
  message.set_num(all);
}

void set_value(Summary::Value& into, std::string const& text) {
  auto& metadata = *into.mutable_metadata();
  metadata.mutable_plugin_data()->set_plugin_name("text");
  metadata.set_data_class(tensorboard::DATA_CLASS_TENSOR);
  auto& tensor = *into.mutable_tensor();
  tensor.set_dtype(tensorboard::DT_STRING);
  tensor.mutable_tensor_shape()->add_dim()->set_size(1);
  tensor.add_string_val(valid_utf8(text));
}

void add_values(Summary& summary, std::vector<LoggedValue> const& values) {
  for (auto const& [name, value] : values) {
    auto& message = *summary.add_value();
    message.set_tag(valid_utf8(name));
    message.set_simple_value(static_cast<float>(value));
  }
}

/// A curve over the steps, too, as Lightning has it.
void add_epoch(Summary& summary, LogRecord const& record, std::vector<LoggedValue> const& values) {
  auto const is_epoch = [](LoggedValue const& value) { return value.name == "epoch"; };
  if (std::any_of(values.begin(), values.end(), is_epoch)) return;
  add_values(summary, {{"epoch", static_cast<double>(record.epoch)}});
}

void add_media(Summary& summary, LoggedMedia const& media, Report const& report) {
  Summary::Value value;
  value.set_tag(valid_utf8(media.name));
  try {
    std::visit([&](auto const& content) { set_value(value, content); }, media.content);
    *summary.add_value() = std::move(value);
  } catch (std::exception const& error) {
    report("`" + media.name + "` is left out: " + error.what());
  }
}

}  // namespace

std::string first_event(double time) {
  tensorboard::Event event;
  event.set_wall_time(time);
  event.set_file_version("brain.Event:2");
  return event.SerializeAsString();
}

std::string event_of(LogRecord const& record, LoggerOptions const& options, Report const& report) {
  Summary summary;
  tensorboard::Event event;
  Overloaded const add{[&](LogBegin) { add_session_start(summary, options, record.time); },
                       [&](std::vector<LoggedValue> const& values) {
    add_values(summary, values);
    add_epoch(summary, record, values);
  }, [&](std::vector<LoggedMedia> const& media) {
    for (auto const& each : media) add_media(summary, each, report);
  }, [&](LogResume) {
    event.mutable_session_log()->set_status(tensorboard::SessionLog::START);
  }, [&](LogEnd end) {
    if (!options.hparams.empty()) add_session_end(summary, end.well, record.time);
  }};
  std::visit(add, record.content);
  if (summary.value_size() > 0) *event.mutable_summary() = std::move(summary);
  if (event.what_case() == tensorboard::Event::WHAT_NOT_SET) return "";
  event.set_wall_time(record.time);
  event.set_step(record.step);
  return event.SerializeAsString();
}

}  // namespace sferic::detail
