#pragma once

#include <sferic/callbacks/early_stopping.hpp>
#include <sferic/trainer/trainer_options.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/number.hpp"

namespace sferic::conformance {

/// The program that was recorded: each validation logs a value, which EarlyStopping watches.
struct EarlyStoppingConfig {
  EarlyStoppingOptions options;
  TrainerOptions trainer = {.device = "cpu"};
  bool metric_logged = true;   ///< else nothing is
  std::vector<Number> values;  ///< by validation
};

/// What EarlyStopping was at the end of a training epoch.
struct EarlyStoppingState {
  std::int64_t wait_count = 0;
  Number best_score;
  std::int64_t stopped_epoch = 0;
  bool should_stop = false;
};

struct EarlyStoppingResult {
  std::vector<EarlyStoppingState> after_each_epoch;
  std::int64_t final_epoch = 0;  ///< the number of epochs
  std::int64_t stopped_epoch = 0;
  std::optional<std::string> error;  ///< its kind
};

struct EarlyStoppingCase {
  EarlyStoppingConfig config;
  EarlyStoppingResult result;
};

/// Throws NotUnderstood.
EarlyStoppingCase early_stopping_case(Json const& recorded);

/// What sferic makes of the same program.
EarlyStoppingResult run(EarlyStoppingConfig const& config);

/// The first difference, in words, or nothing.
std::optional<std::string> difference(EarlyStoppingResult const& expected,
                                      EarlyStoppingResult const& got);

/// Runs a recorded case; tells the first difference, or nothing. Throws NotUnderstood.
std::optional<std::string> check_early_stopping(Json const& recorded);

}  // namespace sferic::conformance
