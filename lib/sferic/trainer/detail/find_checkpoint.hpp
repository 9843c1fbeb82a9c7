#pragma once

#include <sferic/trainer/detail/loop_context.hpp>

#include <filesystem>

namespace sferic::detail {

/// The file that `wanted` means: itself, or what handlers of event::FindCheckpoint know as the
/// "last" or the "best" one. Empty where nothing is wanted, or there is no last one yet, of which
/// it warns. Throws CheckpointError if there is no best one.
std::filesystem::path find_checkpoint(LoopContext const& context,
                                      std::filesystem::path const& wanted);

}  // namespace sferic::detail
