#pragma once

#include <sferic/registry/stateful.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

struct CheckpointContent;

/// Puts back what has been found to fit, and cannot fail.
using Restore = std::function<void()>;

/// An object whose state is one entry of a checkpoint.
struct StateEntry {
  std::string path;
  StateRef state;
};

void put_states(std::vector<StateEntry> const& entries, CheckpointContent& content);

/// Reads all of these states, or, where one of them throws, leaves them all as they were. Throws
/// CheckpointError.
void load_states(std::vector<StateEntry> const& entries, CheckpointContent const& content);

}  // namespace sferic::detail
