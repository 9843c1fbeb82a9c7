#include "conformance/options.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace sferic::conformance {

namespace {

using Seconds = std::chrono::duration<double>;

/// "DD:HH:MM:SS".
Seconds seconds_of_clock(Json const& value, std::string const& where) {
  std::array<int, 4> parts{};
  int end = 0;
  auto const text = value.get<std::string>();
  int const read = std::sscanf(text.c_str(), "%2d:%2d:%2d:%2d%n", &parts[0], &parts[1], &parts[2],
                               &parts[3], &end);
  if (read != 4 || text.size() != static_cast<std::size_t>(end)) {
    refuse(where, "as DD:HH:MM:SS", value);
  }
  return std::chrono::days(parts[0]) + std::chrono::hours(parts[1]) +
         std::chrono::minutes(parts[2]) + std::chrono::seconds(parts[3]);
}

void read_length(JsonFields& fields, TrainerOptions& options) {
  fields.allow("max_epochs", options.max_epochs);
  fields.allow("max_steps", options.max_steps);
  fields.allow("min_epochs", options.min_epochs);
  if (auto const* const value = fields.find("min_steps"); value && !value->is_null()) {
    read(*value, fields.where("min_steps"), options.min_steps);
    // Lightning sees whether it is given, not how much it is.
    if (!options.min_epochs) options.min_epochs = 1;
  }
  // To Lightning, a least number below 0 is as good as none.
  options.min_steps = std::max<std::int64_t>(options.min_steps, 0);
  if (options.min_epochs) options.min_epochs = std::max<std::int64_t>(*options.min_epochs, 0);
  if (auto const* const value = fields.find("max_time"); value && !value->is_null()) {
    auto const where = fields.where("max_time");
    options.max_time =
        value->is_string() ? seconds_of_clock(*value, where) : seconds_of_timedelta(*value, where);
  }
}

void read_data(JsonFields& fields, TrainerOptions& options) {
  fields.allow("limit_train_batches", options.limit_train_batches);
  fields.allow("limit_val_batches", options.limit_val_batches);
  fields.allow("limit_test_batches", options.limit_test_batches);
  fields.allow("limit_predict_batches", options.limit_predict_batches);
  fields.allow("overfit_batches", options.overfit_batches);
  if (auto const* const value = fields.find("fast_dev_run"); value && value->is_boolean()) {
    options.fast_dev_run = value->get<bool>() ? 1 : 0;
  } else {
    fields.allow("fast_dev_run", options.fast_dev_run);
  }
}

void read_steps(JsonFields& fields, TrainerOptions& options) {
  fields.allow("accumulate_grad_batches", options.accumulate_grad_batches);
  fields.allow("gradient_clip_val", options.gradient_clip_val);
  options.gradient_clip_algorithm =
      fields
          .choose<GradientClipAlgorithm>(
              "gradient_clip_algorithm",
              {{"norm", GradientClipAlgorithm::kNorm}, {"value", GradientClipAlgorithm::kValue}})
          .value_or(GradientClipAlgorithm::kNorm);
}

}  // namespace

std::chrono::duration<double> seconds_of_timedelta(Json const& value, std::string const& where) {
  constexpr std::pair<char const*, Seconds> kUnits[] = {
      {"weeks", std::chrono::weeks(1)},
      {"days", std::chrono::days(1)},
      {"hours", std::chrono::hours(1)},
      {"minutes", std::chrono::minutes(1)},
      {"seconds", std::chrono::seconds(1)},
      {"milliseconds", std::chrono::milliseconds(1)},
      {"microseconds", std::chrono::microseconds(1)},
  };
  JsonFields fields(value, where);
  Seconds sum(0);
  for (auto const& [name, unit] : kUnits) {
    double count = 0;
    fields.allow(name, count);
    sum += count * unit;
  }
  fields.finish();
  return sum;
}

void read(Json const& value, std::string const& where, TrainerOptions& into) {
  JsonFields fields(value, where);
  read_length(fields, into);
  read_data(fields, into);
  read_steps(fields, into);
  fields.allow("val_check_interval", into.val_check_interval);
  fields.allow("num_sanity_val_steps", into.num_sanity_val_steps);
  fields.allow("log_every_n_steps", into.log_every_n_steps);
  // The only option where null is a value of its own.
  if (auto const* const every = fields.find("check_val_every_n_epoch")) {
    read(*every, fields.where("check_val_every_n_epoch"), into.check_val_every_n_epoch);
  }
  fields.finish();
}

}  // namespace sferic::conformance
