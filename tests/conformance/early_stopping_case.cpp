#include "conformance/early_stopping_case.hpp"

#include <algorithm>

#include "conformance/differences.hpp"
#include "conformance/options.hpp"

namespace sferic::conformance {

namespace {

using Difference = std::optional<std::string>;

EarlyStoppingOptions early_stopping_options(Json const& value) {
  JsonFields fields(value, "options");
  EarlyStoppingOptions into;
  fields.require("monitor", into.monitor);
  fields.allow("min_delta", into.min_delta);
  fields.allow("patience", into.patience);
  fields.allow("verbose", into.verbose);
  fields.allow("mode", into.mode);
  fields.allow("strict", into.strict);
  fields.allow("check_finite", into.check_finite);
  fields.allow("stopping_threshold", into.stopping_threshold);
  fields.allow("divergence_threshold", into.divergence_threshold);
  fields.allow("check_on_train_epoch_end", into.check_on_train_epoch_end);
  bool log_rank_zero_only = false;  // who of several processes tells it; there is one
  fields.allow("log_rank_zero_only", log_rank_zero_only);
  fields.finish();
  return into;
}

EarlyStoppingConfig early_stopping_config(JsonFields& fields) {
  EarlyStoppingConfig config;
  config.options = early_stopping_options(fields.at("options"));
  read(fields.at("trainer"), "trainer", config.trainer);
  fields.require("metric_logged", config.metric_logged);
  fields.require("values", config.values);
  return config;
}

std::string to_string(EarlyStoppingState const& state) {
  return "wait_count " + std::to_string(state.wait_count) + ", best_score " +
         to_string(state.best_score) + ", stopped_epoch " + std::to_string(state.stopped_epoch) +
         (state.should_stop ? ", should_stop" : "");
}

bool same(EarlyStoppingState const& left, EarlyStoppingState const& right) {
  return left.wait_count == right.wait_count && alike(left.best_score, right.best_score) &&
         left.stopped_epoch == right.stopped_epoch && left.should_stop == right.should_stop;
}

Difference tell(std::string const& what, std::string const& expected, std::string const& got) {
  if (expected == got) return {};
  return what + ": expected " + expected + ", got " + got;
}

}  // namespace

void read(Json const& value, std::string const& where, EarlyStoppingState& into) {
  JsonFields fields(value, where);
  fields.require("wait_count", into.wait_count);
  fields.require("best_score", into.best_score);
  fields.require("stopped_epoch", into.stopped_epoch);
  fields.require("should_stop", into.should_stop);
  fields.finish();
}

EarlyStoppingCase early_stopping_case(Json const& recorded) {
  JsonFields fields(recorded, "");
  fields.find("name");
  EarlyStoppingCase result;
  result.config = early_stopping_config(fields);
  fields.require("after_each_epoch", result.result.after_each_epoch);
  fields.require("final_epoch", result.result.final_epoch);
  fields.require("stopped_epoch", result.result.stopped_epoch);
  fields.allow("error", result.result.error);
  fields.finish();
  return result;
}

Difference difference(EarlyStoppingResult const& expected, EarlyStoppingResult const& got) {
  auto const& states = expected.after_each_epoch;
  for (std::size_t i = 0; i < std::min(states.size(), got.after_each_epoch.size()); ++i) {
    auto const& state = got.after_each_epoch[i];
    if (same(states[i], state)) continue;
    return "after epoch " + std::to_string(i) + ": expected " + to_string(states[i]) + ", got " +
           to_string(state);
  }
  if (auto differs = tell("error", expected.error.value_or("none"), got.error.value_or("none"))) {
    return differs;
  }
  if (auto differs = tell("the number of after_each_epoch", std::to_string(states.size()),
                          std::to_string(got.after_each_epoch.size()))) {
    return differs;
  }
  if (auto differs = tell("final_epoch", std::to_string(expected.final_epoch),
                          std::to_string(got.final_epoch))) {
    return differs;
  }
  return tell("stopped_epoch", std::to_string(expected.stopped_epoch),
              std::to_string(got.stopped_epoch));
}

Difference check_early_stopping(Json const& recorded) {
  auto expected = early_stopping_case(recorded);
  auto& error = expected.result.error;
  if (error) error = sferics_error(*error);
  return difference(expected.result, run(expected.config));
}

}  // namespace sferic::conformance
