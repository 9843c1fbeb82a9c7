#include <sferic/loggers/detail/hparams_messages.hpp>

#include <sferic/loggers/detail/log_record.hpp>
#include <sferic/loggers/detail/utf8.hpp>

#include <sferic_tensorboard.pb.h>

namespace sferic::detail {

namespace {

using tensorboard::HParamsPluginData;

/// The plugin reads the metadata; the value is there because data without one is dropped.
void add(tensorboard::Summary& summary, char const* tag, HParamsPluginData const& data) {
  auto& value = *summary.add_value();
  value.set_tag(tag);
  auto& metadata = *value.mutable_metadata();
  metadata.mutable_plugin_data()->set_plugin_name("hparams");
  metadata.mutable_plugin_data()->set_content(data.SerializeAsString());
  metadata.set_data_class(tensorboard::DATA_CLASS_TENSOR);
  auto& tensor = *value.mutable_tensor();
  tensor.set_dtype(tensorboard::DT_FLOAT);
  tensor.mutable_tensor_shape()->add_dim()->set_size(1);
  tensor.add_float_val(0);
}

tensorboard::HParamValue value_of(HyperParameter const& parameter) {
  tensorboard::HParamValue message;
  Overloaded const set{[&](bool value) { message.set_bool_value(value); }, [&](std::int64_t value) {
    message.set_number_value(static_cast<double>(value));
  }, [&](double value) { message.set_number_value(value); }, [&](std::string const& value) {
    message.set_string_value(valid_utf8(value));
  }};
  std::visit(set, parameter.value);
  return message;
}

tensorboard::HParamType type_of(HyperParameter const& parameter) {
  if (std::holds_alternative<bool>(parameter.value)) return tensorboard::DATA_TYPE_BOOL;
  if (std::holds_alternative<std::string>(parameter.value)) return tensorboard::DATA_TYPE_STRING;
  return tensorboard::DATA_TYPE_FLOAT64;
}

HParamsPluginData experiment_of(LoggerOptions const& options, double time) {
  HParamsPluginData data;
  auto& experiment = *data.mutable_experiment();
  experiment.set_time_created_secs(time);
  for (auto const& parameter : options.hparams) {
    auto& info = *experiment.add_hparam_infos();
    info.set_name(valid_utf8(parameter.name));
    info.set_type(type_of(parameter));
  }
  for (auto const& metric : options.hparam_metrics) {
    experiment.add_metric_infos()->mutable_name()->set_tag(valid_utf8(metric));
  }
  return data;
}

}  // namespace

void add_session_start(tensorboard::Summary& summary, LoggerOptions const& options, double time) {
  if (!options.hparam_metrics.empty()) {
    add(summary, "_hparams_/experiment", experiment_of(options, time));
  }
  HParamsPluginData data;
  auto& session = *data.mutable_session_start_info();
  session.set_start_time_secs(time);
  auto& values = *session.mutable_hparams();
  for (auto const& parameter : options.hparams) {
    values[valid_utf8(parameter.name)] = value_of(parameter);
  }
  add(summary, "_hparams_/session_start_info", data);
}

void add_session_end(tensorboard::Summary& summary, bool well, double time) {
  HParamsPluginData data;
  auto& session = *data.mutable_session_end_info();
  session.set_status(well ? tensorboard::STATUS_SUCCESS : tensorboard::STATUS_FAILURE);
  session.set_end_time_secs(time);
  add(summary, "_hparams_/session_end_info", data);
}

}  // namespace sferic::detail
