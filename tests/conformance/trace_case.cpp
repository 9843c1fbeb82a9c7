#include "conformance/trace_case.hpp"

#include "conformance/differences.hpp"
#include "conformance/options.hpp"

namespace sferic::conformance {

namespace {

/// A number for each loader, or one for the only one.
void allow_loaders(JsonFields& fields, std::string const& name, std::vector<std::int64_t>& into) {
  if (auto const* const value = fields.find(name); value && value->is_number()) {
    into.resize(1);
    read(*value, fields.where(name), into.front());
  } else {
    fields.allow(name, into);
  }
}

void allow_modes(JsonFields& fields, std::vector<Task>& into) {
  auto const* const modes = fields.find("modes");
  if (!modes) return;
  std::vector<std::string> names;
  read(*modes, fields.where("modes"), names);
  into.clear();
  for (auto const& name : names) {
    into.push_back(one_of<Task>(name, fields.where("modes"),
                                {{"fit", Task::kFit},
                                 {"validate", Task::kValidate},
                                 {"test", Task::kTest},
                                 {"predict", Task::kPredict}}));
  }
}

TraceConfig trace_config(Json const& value) {
  JsonFields fields(value, "config");
  TraceConfig config;
  if (auto const* const trainer = fields.find("trainer")) {
    read(*trainer, fields.where("trainer"), config.trainer);
  }
  fields.allow("train_batches", config.train_batches);
  allow_loaders(fields, "val_batches", config.val_batches);
  allow_loaders(fields, "test_batches", config.test_batches);
  allow_modes(fields, config.modes);
  fields.allow("act", config.stops);
  fields.allow("skip_epoch_at_batch_starts", config.skip_epoch_at_batch_starts);
  fields.allow("skip_steps", config.skip_steps);
  fields.allow("raise_at", config.raise_at);
  config.raise_interrupt = fields.choose<bool>("raise", {{"interrupt", true}}).value_or(false);
  config.scheduler = fields.choose<Interval>(
      "scheduler", {{"epoch", Interval::kEpoch}, {"step", Interval::kStep}});
  fields.allow("save_every_epoch", config.save_every_epoch);
  fields.finish();
  return config;
}

}  // namespace

void read(Json const& value, std::string const& where, TraceConfig::Stop& into) {
  if (!value.is_array() || value.size() != 3) refuse(where, "[hook, nth, \"stop\"]", value);
  read(value[0], where, into.event);
  read(value[1], where, into.nth);
  one_of<bool>(value[2], where, {{"stop", true}});
  if (into.event.starts_with("on_")) into.event.erase(0, 3);
  if (!is_hook(into.event)) refuse(where, "about a hook of Lightning's callbacks", value);
}

TraceCase trace_case(Json const& recorded) {
  JsonFields fields(recorded, "");
  fields.find("name");
  TraceCase result;
  result.config = trace_config(fields.at("config"));
  fields.require("trace", result.trace);
  fields.require("end", result.end);
  fields.finish();
  return result;
}

std::optional<std::string> check_trace(Json const& recorded) {
  auto expected = trace_case(recorded);
  for (auto& entry : expected.trace) entry.exception = sferics_error(entry.exception);
  if (expected.end.error) expected.end.error = sferics_error(*expected.end.error);
  auto const got = run(expected.config);
  if (auto differs = difference(expected.trace, got.trace)) return differs;
  return difference(expected.end, got.end);
}

}  // namespace sferic::conformance
