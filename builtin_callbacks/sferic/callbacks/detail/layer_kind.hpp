#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace torch::nn {
class Module;
}

// Which operators the layers of torch::nn compute by. For sources only.

namespace sferic::detail {

/// An operator whose call is the call of a layer with parameters or buffers, and where in its
/// arguments the layer is to be found.
struct LayerOperator {
  std::string_view name;
  std::vector<std::size_t> inputs;  ///< none if the layer was given something else
  std::vector<std::size_t> state;   ///< parameters and buffers, or lists of them
  std::size_t outputs = 1;          ///< of the operator's, the first ones are the layer's
  bool is_transposed = false;       ///< the weight
  bool adds_bias_after = false;     ///< in place to the output, if there is one
};

/// The operator of this name, or null if layers with parameters or buffers have none such.
LayerOperator const* layer_operator(std::string_view name);

/// A type of layer.
struct LayerKind {
  std::vector<std::string_view> operators;  ///< each of them alone is the layer
  bool is_identity = false;

  [[nodiscard]] bool computes_by(std::string_view name) const;
};

/// What the forward() of this module is known to compute by; null for all that is not exactly a
/// type of torch::nn's: a class derived from one may do more.
LayerKind const* layer_kind(torch::nn::Module const& module);

/// Whether the operator's input is the layer's own; a convolution's may have been padded.
bool takes_input_as_it_is(torch::nn::Module const& module);

}  // namespace sferic::detail
