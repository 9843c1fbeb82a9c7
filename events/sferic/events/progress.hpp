#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sferic {

/// What the trainer was asked to do.
enum class Task { kFit, kValidate, kTest, kPredict };

/// What it is doing at this moment. A fit goes through several stages.
enum class Stage { kSanityCheck, kTrain, kValidation, kTest, kPredict };

constexpr std::string_view name(Task task) {
  constexpr std::string_view kNames[] = {"fit", "validate", "test", "predict"};
  return kNames[static_cast<int>(task)];
}

constexpr std::string_view name(Stage stage) {
  constexpr std::string_view kNames[] = {"sanity check", "train", "validation", "test", "predict"};
  return kNames[static_cast<int>(stage)];
}

/// Where the training stands. All counts begin at 0.
struct Progress {
  Task task = Task::kFit;
  Stage stage = Stage::kTrain;
  std::int64_t epoch = 0;            ///< the current epoch; after the last one, their number
  std::int64_t epochs_done = 0;      ///< epochs whose batches are through
  std::int64_t batch = 0;            ///< in this epoch, stage and loader
  std::int64_t loader = 0;           ///< which of several evaluation loaders
  std::int64_t optimizer_steps = 0;  ///< done so far, over all epochs
  std::optional<std::int64_t> batches = {};     ///< of this loader in this stage, if known
  std::optional<std::int64_t> max_epochs = {};  ///< if limited
  std::int64_t rank = 0;                        ///< of this process among those that train together
  std::int64_t world_size = 1;                  ///< their number
};

}  // namespace sferic
