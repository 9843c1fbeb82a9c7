#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace at {
class Tensor;
}

namespace sferic {

namespace detail {
struct CheckpointContent;
}

/// A checkpoint as handlers see it, in event::SaveCheckpoint before it is written and in
/// event::LoadCheckpoint after it was read. They may add entries of their own, bytes or tensors by
/// name, and exchange the module's weights, for example for their averages:
///
///   trainer.on<event::SaveCheckpoint>([](auto const& e) { e.checkpoint.put("note", "warm"); });
///
/// References are valid until something is put or replaced.
class Checkpoint {
 public:
  explicit Checkpoint(detail::CheckpointContent& content) : content_(content) {}

  /// Adds an entry. Throws std::invalid_argument if `name` is empty or taken.
  void put(std::string_view name, std::string_view bytes);
  void put(std::string_view name, at::Tensor const& tensor);

  /// The entry of this name, or null where there is none of this kind.
  [[nodiscard]] std::string const* find(std::string_view name) const;
  [[nodiscard]] at::Tensor const* find_tensor(std::string_view name) const;

  /// The names of all entries.
  [[nodiscard]] std::vector<std::string> names() const;

  /// The names of the module's parameters and buffers.
  [[nodiscard]] std::vector<std::string> weight_names() const;

  /// The value of a parameter or buffer, or null.
  [[nodiscard]] at::Tensor const* weight(std::string_view name) const;

  /// Stores another value for a parameter or buffer, which a fit that goes on from the checkpoint
  /// begins with, too. The module keeps its own. Throws std::invalid_argument if there is no such
  /// weight, or its type or shape is another one.
  void replace_weight(std::string_view name, at::Tensor const& tensor);

 private:
  detail::CheckpointContent& content_;
};

}  // namespace sferic
