#pragma once

#include <sferic/events/moment.hpp>

#include <string>
#include <string_view>

namespace sferic {
class Checkpoint;
}

namespace sferic::event {

/// A checkpoint is about to be written; entries may be added.
struct SaveCheckpoint : Moment {
  static constexpr std::string_view kName = "save_checkpoint";
  Checkpoint& checkpoint;
};

/// Module, optimizers and progress have been restored; entries that were added can be read.
struct LoadCheckpoint : Moment {
  static constexpr std::string_view kName = "load_checkpoint";
  Checkpoint const& checkpoint;
};

/// A checkpoint stands under its name.
struct CheckpointSaved : Moment {
  static constexpr std::string_view kName = "checkpoint_saved";
  std::string const& path;
};

}  // namespace sferic::event
