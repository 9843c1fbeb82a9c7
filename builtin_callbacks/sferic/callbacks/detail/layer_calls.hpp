#pragma once

#include <sferic/callbacks/detail/layer_chain.hpp>
#include <sferic/callbacks/detail/layer_observer.hpp>

#include <ATen/core/ivalue.h>

#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

// For sources only.

namespace sferic::detail {

using Arguments = c10::ArrayRef<c10::IValue const>;

/// A call of an operator that tells something of a layer when it returns.
struct RunningOperator {
  enum class Role {
    kLayer,               ///< its end is the layer's
    kLayerBeforeItsBias,  ///< in place, which is added next
    kTransposition,       ///< of a weight
    kLink,                ///< perhaps a layer without parameters, in a chain
  };
  Role role;
  torch::nn::Module const* layer = nullptr;  ///< where it is known by now
  std::string_view name = {};                ///< of a link
  Tensors inputs = {};
  std::size_t outputs = 1;  ///< of the operator's, those of the layer
};

/// Finds the calls of a module's layers among those of operators; see LayerObserver.
class LayerCalls {
 public:
  LayerCalls(torch::nn::Module const& module, std::function<void(LayerCall const&)> report);

  /// An operator is called. Nothing if it is none of a layer's, or is called by one of those.
  std::optional<RunningOperator> start(std::string_view name, Arguments arguments);

  /// It has returned, or thrown if there are no outputs.
  void end(RunningOperator running, std::vector<c10::IValue> const& returned);

 private:
  using Layers = std::vector<torch::nn::Module const*>;

  /// The weight that was transposed last, and what it has become.
  struct Transposed {
    WeakTensor tensor;
    c10::TensorImpl const* weight;
  };

  /// A call of a layer that is over when its bias is added.
  struct BeforeBias {
    torch::nn::Module const* layer;
    Tensors inputs;
    WeakTensor output;
  };

  void add(torch::nn::Module const& module);
  void add_state(at::Tensor const& tensor, torch::nn::Module const& owner);

  std::optional<RunningOperator> find(std::string_view name, Arguments arguments);
  std::optional<RunningOperator> find_transposition(Arguments arguments);
  std::optional<RunningOperator> find_bias(Arguments arguments);
  std::optional<RunningOperator> find_layer(LayerOperator const& known, Arguments arguments);
  std::optional<RunningOperator> find_link(std::string_view name, Arguments arguments) const;

  torch::nn::Module const* owner(LayerOperator const& known, Arguments arguments) const;
  bool is_called_by(torch::nn::Module const& layer, LayerOperator const& known,
                    std::vector<c10::TensorImpl const*> const& given) const;

  void layer_returned(torch::nn::Module const& layer, Tensors const& inputs,
                      Tensors const& outputs);
  ReportLayer reporting();

  std::function<void(LayerCall const&)> report_;
  Layers seen_;
  std::vector<LayerChain> chains_;
  std::unordered_map<c10::TensorImpl const*, Layers> owners_;  ///< of parameters and buffers
  bool is_inside_ = false;                                     ///< of an operator that counts
  std::optional<Transposed> transposed_;
  std::optional<BeforeBias> before_bias_;
};

}  // namespace sferic::detail
