#pragma once

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sferic::detail {

/// A parameter or buffer of the module, by its dotted name.
struct Weight {
  std::string name;
  at::Tensor tensor;
  bool is_buffer;
};

using CheckpointValue = std::variant<std::int64_t, double, std::string, at::Tensor>;

/// All that a checkpoint holds: the weights, and everything else as values by path, such as
/// "optimizers/0/groups/0/lr". Tensors share their memory with what they were taken from.
struct CheckpointContent {
  std::string file = {};  ///< that it was read from, to tell in errors
  std::vector<Weight> weights = {};
  std::map<std::string, CheckpointValue, std::less<>> values = {};

  /// The value at a path, or null where there is none of this type.
  template <class T>
  T const* find(std::string_view path) const {
    auto const found = values.find(path);
    return found == values.end() ? nullptr : std::get_if<T>(&found->second);
  }

  /// As find(), but throws CheckpointError, naming the path.
  template <class T>
  T const& at(std::string_view path) const {
    if (auto const* const value = find<T>(path)) return *value;
    fail(path, values.contains(path) ? "is of another type" : "is missing");
  }

  /// The rest of each path that begins with `prefix`.
  std::vector<std::string> names_under(std::string_view prefix) const;

  Weight* find_weight(std::string_view name);

  /// Throws a CheckpointError that names the file and the entry.
  [[noreturn]] void fail(std::string_view path, std::string_view reason) const;
};

}  // namespace sferic::detail
