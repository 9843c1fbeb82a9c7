#include "conformance/trace.hpp"

#include <algorithm>

namespace sferic::conformance {

namespace {

bool is_batch_of_evaluation(std::string const& hook) {
  return hook.find("_batch_") != hook.npos && !hook.starts_with("train_");
}

}  // namespace

void read(Json const& value, std::string const& where, TraceEntry& into) {
  if (!value.is_array() || value.size() != 2) refuse(where, "a pair of hook and fields", value);
  read(value[0], where, into.hook);
  JsonFields fields(value[1], where);
  fields.allow("stage", into.stage);
  fields.allow("exception", into.exception);
  fields.allow("epoch", into.epoch);
  fields.allow("step", into.step);
  fields.allow("batch_idx", into.batch);
  fields.allow("dataloader_idx", into.dataloader);
  fields.finish();
  // Lightning leaves it out where there is only one loader.
  if (!into.dataloader && is_batch_of_evaluation(into.hook)) into.dataloader = 0;
}

void read(Json const& value, std::string const& where, TraceEnd& into) {
  JsonFields fields(value, where);
  fields.require("epoch", into.epoch);
  fields.require("step", into.step);
  fields.require("error", into.error);
  fields.require("status", into.status);
  fields.finish();
}

std::string to_string(TraceEntry const& entry) {
  std::string fields;
  auto const add = [&](std::string const& field) {
    if (!field.empty()) (fields += fields.empty() ? " (" : ", ") += field;
  };
  auto const add_number = [&](std::string const& name, std::optional<std::int64_t> number) {
    if (number) add(name + ' ' + std::to_string(*number));
  };
  add(entry.stage);
  add(entry.exception);
  add_number("epoch", entry.epoch);
  add_number("step", entry.step);
  add_number("batch", entry.batch);
  add_number("dataloader", entry.dataloader);
  return entry.hook + (fields.empty() ? "" : fields + ')');
}

std::string to_string(TraceEnd const& end) {
  return "epoch " + std::to_string(end.epoch) + ", step " + std::to_string(end.step) + ", " +
         end.error.value_or("no error") + ", " + end.status;
}

std::optional<std::string> difference(Trace const& expected, Trace const& got) {
  auto const [missing, extra] =
      std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
  if (missing == expected.end() && extra == got.end()) return {};
  return "at event " + std::to_string(missing - expected.begin()) + ": expected " +
         (missing == expected.end() ? "no more" : to_string(*missing)) + ", got " +
         (extra == got.end() ? "no more" : to_string(*extra));
}

std::optional<std::string> difference(TraceEnd const& expected, TraceEnd const& got) {
  if (expected == got) return {};
  return "at the end: expected " + to_string(expected) + ", got " + to_string(got);
}

}  // namespace sferic::conformance
