#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace sferic {

/// What handlers add to a checkpoint in event::SaveCheckpoint, and find in event::LoadCheckpoint:
/// bytes by name, beside the module, the optimizers and the progress, which the trainer stores.
///
///   trainer.on<event::SaveCheckpoint>([](auto const& e) { e.checkpoint.put("note", "warm"); });
class Checkpoint {
 public:
  using Entries = std::map<std::string, std::string, std::less<>>;

  /// Throws std::invalid_argument if `name` is empty or taken.
  void put(std::string name, std::string bytes);

  /// The bytes of this name, or null.
  [[nodiscard]] std::string const* find(std::string_view name) const;

  [[nodiscard]] Entries const& entries() const noexcept { return entries_; }

 private:
  Entries entries_;
};

}  // namespace sferic
