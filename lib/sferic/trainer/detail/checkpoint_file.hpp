#pragma once

#include <sferic/trainer/detail/loop_context.hpp>

#include <filesystem>

namespace sferic::detail {

/// Writes module, optimizers, progress and what handlers of event::SaveCheckpoint add.
void save_checkpoint(LoopContext const& context, std::filesystem::path const& path);

/// Restores what save_checkpoint() wrote, and emits event::LoadCheckpoint.
void load_checkpoint(LoopContext const& context, std::filesystem::path const& path);

}  // namespace sferic::detail
