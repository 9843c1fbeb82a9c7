#pragma once

#include <sferic/callbacks/detail/layer_observer.hpp>
#include <sferic/callbacks/layer_table.hpp>

#include <cstdint>
#include <vector>

// For sources only.

namespace sferic::detail {

/// Makes a LayerTable: first of what the modules hold, then of the calls that are recorded.
class LayerTableBuilder {
 public:
  LayerTableBuilder(torch::nn::Module const& module, std::int64_t max_depth);

  /// Takes the shapes of a layer's first call.
  void record(LayerCall const& call);

  [[nodiscard]] LayerTable const& table() const { return table_; }

 private:
  void add(torch::nn::Module const& module, std::string const& name, std::int64_t depth);
  void add_totals(torch::nn::Module const& module);

  std::int64_t max_depth_;
  LayerTable table_;
  std::vector<torch::nn::Module const*> uncalled_;  ///< of each row, until it has been called
};

}  // namespace sferic::detail
