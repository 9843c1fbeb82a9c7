#pragma once

#include <sferic/checkpoint/load_report.hpp>
#include <sferic/events/save_options.hpp>
#include <sferic/trainer/detail/loop_context.hpp>

#include <filesystem>

namespace sferic::detail {

/// Saves the module, and all that a fit needs to go on, with what handlers of event::SaveCheckpoint
/// add. Emits event::CheckpointSaved or event::CheckpointFailed, unless another thread writes.
void save_checkpoint(LoopContext const& context, std::filesystem::path const& path,
                     SaveOptions const& options);

/// Waits for what another thread writes, and tells what has become of it.
void finish_checkpoints(LoopContext const& context);

/// Restores all that a fit needs to go on, or, where the file does not fit, changes nothing and
/// throws CheckpointError. Emits event::LoadCheckpoint.
LoadReport load_training(LoopContext const& context, std::filesystem::path const& path);

/// The same for the module and the callbacks' states alone.
LoadReport load_module(LoopContext const& context, std::filesystem::path const& path);

}  // namespace sferic::detail
