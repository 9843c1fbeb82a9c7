#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace at {
class Tensor;
}
namespace torch::nn {
class Module;
}

namespace sferic::detail {

class LayerCalls;

/// A call of a layer that has just returned.
struct LayerCall {
  torch::nn::Module const& layer;
  std::vector<at::Tensor> const& inputs;   ///< empty if they cannot be known
  std::vector<at::Tensor> const& outputs;  ///< of an LSTM for example: output, h_n and c_n
};

/// Tells the calls of a module's layers as long as it lives, on the thread that made it, which has
/// to destroy it, too. It costs some microseconds an operator, and nothing once it is gone.
///
/// LibTorch's modules have no hooks for that. So it looks at operators: one that takes the
/// parameters or buffers of a layer is the layer's forward(), if that is known to be just this
/// operator. This is known of the layers of torch::nn, not of classes derived from them. Those
/// without parameters are known within a torch::nn::Sequential, by the tensors that they hand on,
/// and a Sequential itself is known by its layers (see LayerChain). Nothing is told of other
/// modules, nor where two layers share all of their parameters: all that is told is right. A layer
/// that is used several times is told each time; those without parameters at the beginning of a
/// Sequential are told with the first one that has some.
///
/// The tensors are the layer's own, with their graph; nothing that is done with them within the
/// call is observed. An exception of `report` goes no further than to a warning of LibTorch's.
class LayerObserver {
 public:
  LayerObserver(torch::nn::Module const& module, std::function<void(LayerCall const&)> report);
  ~LayerObserver();
  LayerObserver(LayerObserver const&) = delete;
  LayerObserver& operator=(LayerObserver const&) = delete;

 private:
  std::shared_ptr<LayerCalls> calls_;
};

}  // namespace sferic::detail
