#include "conformance/training_case.hpp"

#include <charconv>

#include "conformance/options.hpp"

namespace sferic::conformance {

namespace {

/// {"0": 1, "4": 2}: by epoch.
std::map<std::int64_t, std::int64_t> schedule_of(Json const& value, std::string const& where) {
  if (!value.is_object()) refuse(where, "an object", value);
  std::map<std::int64_t, std::int64_t> schedule;
  for (auto const& [key, batches] : value.items()) {
    std::int64_t epoch = 0;
    auto const* const end = key.data() + key.size();
    if (std::from_chars(key.data(), end, epoch).ptr != end) refuse(where, "by epoch", key);
    read(batches, where + '.' + key, schedule[epoch]);
  }
  return schedule;
}

TrainingConfig::Scheduler scheduler_of(Json const& value, std::string const& where) {
  JsonFields fields(value, where);
  TrainingConfig::Scheduler scheduler;
  fields.require("step_size", scheduler.step_size);
  fields.allow("gamma", scheduler.gamma);
  scheduler.interval =
      fields.choose<Interval>("interval", {{"epoch", Interval::kEpoch}, {"step", Interval::kStep}})
          .value_or(Interval::kEpoch);
  fields.allow("frequency", scheduler.frequency);
  fields.finish();
  return scheduler;
}

void read_optimizer(Json const& value, std::string const& where, TrainingConfig& into) {
  JsonFields fields(value, where);
  using Optimizer = TrainingConfig::Optimizer;
  into.optimizer = one_of<Optimizer>(
      fields.at("optimizer"), fields.where("optimizer"),
      {{"SGD", Optimizer::kSGD}, {"Adam", Optimizer::kAdam}, {"AdamW", Optimizer::kAdamW}});
  fields.require("lr", into.lr);
  fields.allow("momentum", into.momentum);
  if (auto const* const scheduler = fields.find("scheduler"); scheduler && !scheduler->is_null()) {
    into.scheduler = scheduler_of(*scheduler, fields.where("scheduler"));
  }
  fields.finish();
}

TrainingConfig::Monitor monitor_of(Json const& value, std::string const& where) {
  JsonFields fields(value, where);
  TrainingConfig::Monitor monitor;
  monitor.logging_interval = fields.choose<Interval>(
      "logging_interval", {{"epoch", Interval::kEpoch}, {"step", Interval::kStep}});
  fields.allow("log_momentum", monitor.log_momentum);
  fields.finish();
  return monitor;
}

TrainingConfig training_config(JsonFields& fields) {
  TrainingConfig config;
  JsonFields model(fields.at("model"), "model");
  model.require("weight", config.weight);
  model.finish();
  fields.require("data", config.data);
  fields.require("target", config.target);
  fields.require("batch_size", config.batch_size);
  one_of<bool>(fields.at("loss"), "loss", {{"mse_loss mean", true}});
  read_optimizer(fields.at("optim"), "optim", config);
  // So that there is a row for each batch, as the recordings have them.
  config.trainer.log_every_n_steps = 1;
  read(fields.at("trainer"), "trainer", config.trainer);
  if (auto const* const schedule = fields.find("accumulation_schedule");
      schedule && !schedule->is_null()) {
    config.accumulation_schedule = schedule_of(*schedule, "accumulation_schedule");
  }
  if (auto const* const monitor = fields.find("lr_monitor"); monitor && !monitor->is_null()) {
    config.monitor = monitor_of(*monitor, "lr_monitor");
  }
  return config;
}

}  // namespace

void read(Json const& value, std::string const& where, LoggedRow& into) {
  if (!value.is_array() || value.size() != 2) refuse(where, "a pair of step and values", value);
  read(value[0], where, into.step);
  if (!value[1].is_object()) refuse(where, "a pair of step and values", value);
  for (auto const& [name, number] : value[1].items()) read(number, where, into.values[name]);
}

TrainingCase training_case(Json const& recorded) {
  JsonFields fields(recorded, "");
  fields.find("name");
  TrainingCase result;
  result.config = training_config(fields);
  fields.require("final_weight", result.result.final_weight);
  fields.require("global_step", result.result.global_step);
  fields.require("epochs", result.result.epochs);
  fields.require("stepped_after_training_step_number", result.result.stepped_after);
  fields.require("lr_rows", result.result.rows);
  fields.finish();
  return result;
}

std::optional<std::string> check_training(Json const& recorded) {
  auto const expected = training_case(recorded);
  return difference(expected.result, run(expected.config));
}

}  // namespace sferic::conformance
