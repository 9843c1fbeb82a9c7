#include "conformance/model_checkpoint_case.hpp"

#include <algorithm>
#include <utility>

#include "conformance/differences.hpp"
#include "conformance/options.hpp"

namespace sferic::conformance {

namespace {

/// None, True, False or "link".
SaveLast save_last_of(Json const& value, std::string const& where) {
  if (value.is_null()) return SaveLast::kNone;
  if (value.is_boolean()) return value.get<bool>() ? SaveLast::kFile : SaveLast::kNone;
  return one_of<SaveLast>(value, where, {{"link", SaveLast::kLink}});
}

void read_triggers(JsonFields& fields, ModelCheckpointOptions& into) {
  fields.allow("every_n_train_steps", into.every_n_train_steps);
  fields.allow("every_n_epochs", into.every_n_epochs);
  if (auto const* const value = fields.find("train_time_interval"); value && !value->is_null()) {
    auto const where = fields.where("train_time_interval");
    into.train_time_interval = seconds_of_timedelta(*value, where);
  }
}

ModelCheckpointOptions model_checkpoint_options(Json const& value) {
  JsonFields fields(value, "options");
  ModelCheckpointOptions into;
  fields.allow("filename", into.filename);
  fields.allow("monitor", into.monitor);
  fields.allow("verbose", into.verbose);
  if (auto const* const last = fields.find("save_last")) {
    into.save_last = save_last_of(*last, fields.where("save_last"));
  }
  fields.allow("save_top_k", into.save_top_k);
  fields.allow("save_on_exception", into.save_on_exception);
  fields.allow("save_weights_only", into.save_weights_only);
  fields.allow("mode", into.mode);
  fields.allow("auto_insert_metric_name", into.auto_insert_metric_name);
  read_triggers(fields, into);
  fields.allow("save_on_train_epoch_end", into.save_on_train_epoch_end);
  fields.allow("enable_version_counter", into.enable_version_counter);
  fields.finish();
  return into;
}

ModelCheckpointConfig model_checkpoint_config(JsonFields& fields) {
  ModelCheckpointConfig config;
  config.options = model_checkpoint_options(fields.at("options"));
  read(fields.at("trainer"), "trainer", config.trainer);
  fields.require("train_batches", config.train_batches);
  fields.require("values", config.values);
  return config;
}

std::map<std::string, Number> scores_of(Json const& value, std::string const& where) {
  if (!value.is_object()) refuse(where, "an object", value);
  std::map<std::string, Number> scores;
  for (auto const& [path, score] : value.items()) read(score, where + '.' + path, scores[path]);
  return scores;
}

}  // namespace

ModelCheckpointCase model_checkpoint_case(Json const& recorded) {
  JsonFields fields(recorded, "");
  fields.find("name");
  ModelCheckpointCase result;
  result.config = model_checkpoint_config(fields);
  auto& into = result.result;
  fields.require("files_after_each_epoch", into.files_after_each_epoch);
  for (auto& files : into.files_after_each_epoch) std::sort(files.begin(), files.end());
  fields.require("best_model", into.best_model);
  fields.allow("best_score", into.best_score);
  fields.require("last_model", into.last_model);
  fields.require("kth_best", into.kth_best);
  fields.require("kth_value", into.kth_value);
  into.best_k = scores_of(fields.at("best_k"), "best_k");
  fields.allow("error", into.error);
  fields.finish();
  return result;
}

std::optional<std::string> check_model_checkpoint(Json const& recorded) {
  auto expected = model_checkpoint_case(recorded);
  auto& error = expected.result.error;
  if (error) error = sferics_error(*error);
  return difference(expected.result, run(expected.config));
}

}  // namespace sferic::conformance
