#pragma once

#include <sferic/callbacks/model_checkpoint.hpp>
#include <sferic/trainer/trainer_options.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/number.hpp"

namespace sferic::conformance {

/// The program that was recorded: each validation logs the epoch's value as "m", and a
/// ModelCheckpoint saves into an empty folder.
struct ModelCheckpointConfig {
  ModelCheckpointOptions options;
  TrainerOptions trainer = {.device = "cpu"};
  std::int64_t train_batches = 1;
  std::vector<Number> values;  ///< by epoch
};

/// What became of it. All paths are as they are below the folder.
struct ModelCheckpointResult {
  std::vector<std::vector<std::string>> files_after_each_epoch;  ///< in the order of their names
  std::string best_model;
  std::optional<Number> best_score;
  std::string last_model;
  std::string kth_best;
  Number kth_value;
  std::map<std::string, Number> best_k;
  std::optional<std::string> error;  ///< its kind
};

struct ModelCheckpointCase {
  ModelCheckpointConfig config;
  ModelCheckpointResult result;
};

/// Throws NotUnderstood.
ModelCheckpointCase model_checkpoint_case(Json const& recorded);

/// What sferic makes of the same program.
ModelCheckpointResult run(ModelCheckpointConfig const& config);

/// The first difference, in words, or nothing. Values may differ by 1e-6.
std::optional<std::string> difference(ModelCheckpointResult const& expected,
                                      ModelCheckpointResult const& got);

/// Runs a recorded case; tells the first difference, or nothing. Throws NotUnderstood.
std::optional<std::string> check_model_checkpoint(Json const& recorded);

}  // namespace sferic::conformance
