#pragma once

#include <sferic/events/moment.hpp>
#include <sferic/events/save_options.hpp>

#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sferic {
class Checkpoint;
struct LoadReport;
}  // namespace sferic

namespace sferic::event {

/// A checkpoint is about to be written; entries may be added and weights exchanged.
struct SaveCheckpoint : Moment {
  static constexpr std::string_view kName = "save_checkpoint";
  Checkpoint& checkpoint;
  SaveOptions const& options;
};

/// Everything that the checkpoint holds has been restored; entries that were added can be read.
struct LoadCheckpoint : Moment {
  static constexpr std::string_view kName = "load_checkpoint";
  Checkpoint const& checkpoint;
  LoadReport const& report;  ///< which callbacks had a state in it
  std::filesystem::path const& path;
};

/// A checkpoint stands under its name.
struct CheckpointSaved : Moment {
  static constexpr std::string_view kName = "checkpoint_saved";
  std::string const& path;
};

/// A checkpoint could not be written; an older file of its name is what it was.
struct CheckpointFailed : Moment {
  static constexpr std::string_view kName = "checkpoint_failed";
  std::string const& path;
  std::exception_ptr error;
  std::string_view what;  ///< its message
};

/// A fit wants to go on from the "last" or the "best" checkpoint: who knows it adds its path. Of
/// several the newest file is taken for the last one, and the one added first for the best.
struct FindCheckpoint : Moment {
  static constexpr std::string_view kName = "find_checkpoint";
  std::string_view which;
  std::vector<std::filesystem::path>& candidates;
};

}  // namespace sferic::event
