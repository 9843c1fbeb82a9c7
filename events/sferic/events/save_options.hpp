#pragma once

#include <filesystem>

namespace sferic {

/// What if a checkpoint cannot be written. In each case event::CheckpointFailed tells of it, and an
/// older file of that name is what it was.
enum class SaveErrors {
  kThrow,  ///< end the task by a CheckpointError
  kWarn,   ///< warn, and go on
};

/// How a checkpoint is saved.
struct SaveOptions {
  /// Only the module's parameters and buffers: no fit can go on from it.
  bool weights_only = false;

  /// Copy what is to be saved, and write it on another thread while the training goes on; the next
  /// such checkpoint waits for it. Its end, well or not, is told between two later batches, or at
  /// the end of the task. The memory of the copy is kept for the next one.
  bool asynchronous = false;

  SaveErrors on_error = SaveErrors::kThrow;
};

/// A checkpoint that somebody wishes; see Control::request_checkpoint.
struct CheckpointRequest {
  std::filesystem::path path;
  SaveOptions options = {};
};

}  // namespace sferic
