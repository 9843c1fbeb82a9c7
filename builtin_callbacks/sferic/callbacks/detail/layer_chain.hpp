#pragma once

#include <sferic/callbacks/detail/layer_kind.hpp>

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

// For sources only.

namespace sferic::detail {

using Tensors = std::vector<at::Tensor>;
using WeakTensor = c10::weak_intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
using ReportLayer =
    std::function<void(torch::nn::Module const&, Tensors const& inputs, Tensors const& outputs)>;

/// Whether `weak` still refers to the very tensor.
bool refers_to(WeakTensor const& weak, at::Tensor const& tensor);

/// The layers of a torch::nn::Sequential, of which each gets what the one before it has returned.
/// That tells the calls of layers which have no parameters to know them by: where the operator of
/// such a layer takes the very tensor that the layer before it returned, or returns the one that
/// the layer after it takes. And it tells the calls of the whole: where each layer took the tensor
/// of the one before. What does not fit together so is left out.
class LayerChain {
 public:
  explicit LayerChain(torch::nn::Module const& sequential);

  /// Whether this call of an operator may be one of a layer without parameters.
  [[nodiscard]] bool awaits(std::string_view name, at::Tensor const& input) const;

  /// That operator has returned. Reports what is known by it.
  void ran(std::string_view name, at::Tensor const& input, at::Tensor const& output,
           ReportLayer const& report);

  /// A layer with parameters was called. Reports the layers before it that are known by that.
  void is_called(torch::nn::Module const& layer, at::Tensor const& input,
                 ReportLayer const& report);

  /// It has returned. Reports what else is known by that.
  void has_returned(torch::nn::Module const& layer, at::Tensor const& output,
                    ReportLayer const& report);

 private:
  struct Layer {
    torch::nn::Module const* module;
    LayerKind const* kind;  ///< null if unknown
    bool has_state;         ///< parameters or buffers, by which its calls are known
  };
  struct Call {
    at::Tensor input;
    at::Tensor output;
  };

  bool computes_by(std::size_t layer, std::string_view name) const;
  bool goes_on_with(std::string_view name, at::Tensor const& input) const;
  void try_first_layers(std::string_view name, Call call);
  void begin_at(std::size_t layer, at::Tensor const& input, ReportLayer const& report);
  void take(at::Tensor const& input);
  void advance(at::Tensor const& output, ReportLayer const& report);

  torch::nn::Module const* sequential_;
  std::vector<Layer> layers_;
  std::size_t next_ = 0;     ///< the one after those called by now, each after the other
  at::Tensor input_;         ///< of the first one, if it is among them
  WeakTensor last_;          ///< what the last one returned
  std::vector<Call> first_;  ///< of first layers without parameters, until the next one is called
};

}  // namespace sferic::detail
