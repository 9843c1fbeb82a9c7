#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace torch::nn {
class Module;
}

namespace sferic {

/// A layer of a module, as summarize() finds it.
struct LayerRow {
  using Shape = std::vector<std::int64_t>;

  std::string name;  ///< its path, `encoder.0` for example; empty for the module itself
  std::string type;  ///< its class without namespaces and the Impl of a module holder: `Linear`
  std::int64_t depth = 0;              ///< 0 for the module itself, 1 for its children
  std::int64_t parameters = 0;         ///< numbers in its parameters and in those below
  std::int64_t own_parameters = 0;     ///< of these, those that it holds itself
  std::int64_t frozen_parameters = 0;  ///< of these, those that need no gradient
  bool training = true;                ///< in training mode, or in evaluation mode

  /// Of the tensors of its first call: of an LSTM for example output, h_n and c_n. Empty where they
  /// cannot be known for certain.
  std::vector<Shape> inputs = {};
  std::vector<Shape> outputs = {};
};

/// The layers of a module and what they hold. What is shared counts once.
struct LayerTable {
  std::vector<LayerRow> layers;  ///< each before those that it consists of
  std::int64_t parameters = 0;   ///< numbers in all parameters, however deep
  std::int64_t trainable_parameters = 0;
  std::int64_t frozen_parameters = 0;
  std::int64_t parameter_bytes = 0;
  std::int64_t buffer_bytes = 0;  ///< running means for example

  /// The table in lines, ready to print. Columns that would have nothing to show are left out.
  [[nodiscard]] std::string text() const;
};

/// The layers of a module down to a depth: 1 for its children (the default), -1 for all. Throws
/// std::invalid_argument if max_depth is less.
LayerTable summarize(torch::nn::Module const& module, std::int64_t max_depth = 1);

/// The same with the shapes of what goes in and out while `forward()` runs:
///
///   sferic::summarize(*net, [&] { net->forward(torch::rand({32, 1, 28, 28})); }).text()
///
/// Shapes are told of the layers of torch::nn that compute by one operator, which is looked at; of
/// those without parameters within a torch::nn::Sequential only, and of that as a whole, where each
/// layer took what the one before it returned. Other modules (yours, or torch::nn::Transformer)
/// have none: LibTorch's have no hooks by which it could be known.
LayerTable summarize(torch::nn::Module const& module, std::function<void()> const& forward,
                     std::int64_t max_depth = 1);

}  // namespace sferic
