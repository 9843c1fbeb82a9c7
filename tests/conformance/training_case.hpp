#pragma once

#include <sferic/optim/optimizers.hpp>
#include <sferic/trainer/trainer_options.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/json_fields.hpp"

namespace sferic::conformance {

using Matrix = std::vector<std::vector<double>>;

/// A training that was recorded: of a linear layer without a bias, in double precision, on the
/// samples in their order, with the mean squared error as its loss.
struct TrainingConfig {
  enum class Optimizer { kSGD, kAdam, kAdamW };

  /// When a torch::optim::StepLR is stepped, and what it does.
  struct Scheduler {
    std::int64_t step_size = 1;
    double gamma = 0.1;
    Interval interval = Interval::kEpoch;
    std::int64_t frequency = 1;
  };

  struct Monitor {
    std::optional<Interval> logging_interval;
    bool log_momentum = false;
  };

  Matrix weight;
  Matrix data;
  Matrix target;
  std::int64_t batch_size = 1;
  Optimizer optimizer = Optimizer::kSGD;
  double lr = 0;
  double momentum = 0;  ///< of SGD
  std::optional<Scheduler> scheduler;
  TrainerOptions trainer = {.device = "cpu"};
  std::optional<std::map<std::int64_t, std::int64_t>> accumulation_schedule;  ///< by epoch
  std::optional<Monitor> monitor;
};

/// Learning rates (and momenta) as they were logged.
struct LoggedRow {
  std::int64_t step = 0;
  std::map<std::string, double> values = {};
};

/// What became of a training.
struct TrainingResult {
  Matrix final_weight;
  std::int64_t global_step = 0;
  std::int64_t epochs = 0;
  /// After which training steps, counted from 1, the optimizer stepped.
  std::vector<std::int64_t> stepped_after;
  std::vector<LoggedRow> rows;
};

struct TrainingCase {
  TrainingConfig config;
  TrainingResult result;
};

/// Throws NotUnderstood.
TrainingCase training_case(Json const& recorded);

/// What sferic makes of the same training.
TrainingResult run(TrainingConfig const& config);

/// The first difference, in words, or nothing. Weights and logged values may differ by 1e-12.
std::optional<std::string> difference(TrainingResult const& expected, TrainingResult const& got);

/// Runs a recorded case; tells the first difference, or nothing. Throws NotUnderstood.
std::optional<std::string> check_training(Json const& recorded);

}  // namespace sferic::conformance
