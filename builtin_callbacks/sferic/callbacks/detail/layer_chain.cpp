#include <sferic/callbacks/detail/layer_chain.hpp>

#include <torch/nn/modules/container/sequential.h>

#include <algorithm>
#include <utility>

namespace sferic::detail {

bool refers_to(WeakTensor const& weak, at::Tensor const& tensor) {
  auto const target = weak.lock();
  return target && target.get() == tensor.unsafeGetTensorImpl();
}

LayerChain::LayerChain(torch::nn::Module const& sequential)
    : sequential_(&sequential), last_(at::Tensor().getIntrusivePtr()) {
  for (auto const& child : sequential.children()) {
    bool const has_state =
        !child->parameters(/*recurse=*/false).empty() || !child->buffers(/*recurse=*/false).empty();
    layers_.push_back({child.get(), layer_kind(*child), has_state});
  }
}

bool LayerChain::computes_by(std::size_t layer, std::string_view name) const {
  if (layer >= layers_.size()) return false;
  auto const& [module, kind, has_state] = layers_[layer];
  return kind && !has_state && kind->computes_by(name);
}

bool LayerChain::goes_on_with(std::string_view name, at::Tensor const& input) const {
  return computes_by(next_, name) && refers_to(last_, input);
}

bool LayerChain::awaits(std::string_view name, at::Tensor const& input) const {
  return goes_on_with(name, input) || computes_by(0, name) || computes_by(first_.size(), name);
}

void LayerChain::ran(std::string_view name, at::Tensor const& input, at::Tensor const& output,
                     ReportLayer const& report) {
  if (!goes_on_with(name, input)) return try_first_layers(name, {input, output});
  report(*layers_[next_].module, {input}, {output});
  take(input);
  advance(output, report);
}

void LayerChain::try_first_layers(std::string_view name, Call call) {
  bool const goes_on = !first_.empty() && call.input.is_same(first_.back().output) &&
                       computes_by(first_.size(), name);
  if (!goes_on) first_.clear();
  if (computes_by(first_.size(), name)) first_.push_back(std::move(call));
}

void LayerChain::is_called(torch::nn::Module const& layer, at::Tensor const& input,
                           ReportLayer const& report) {
  bool const goes_on =
      next_ < layers_.size() && layers_[next_].module == &layer && refers_to(last_, input);
  if (!goes_on) {
    auto const found = std::find_if(layers_.begin(), layers_.end(),
                                    [&](auto const& each) { return each.module == &layer; });
    if (found == layers_.end()) return;
    begin_at(static_cast<std::size_t>(found - layers_.begin()), input, report);
  }
  first_.clear();
  take(input);
}

void LayerChain::has_returned(torch::nn::Module const& layer, at::Tensor const& output,
                              ReportLayer const& report) {
  if (next_ < layers_.size() && layers_[next_].module == &layer) advance(output, report);
}

/// Where the layers before this one are known by now, it begins with these.
void LayerChain::begin_at(std::size_t layer, at::Tensor const& input, ReportLayer const& report) {
  auto const first = std::exchange(first_, {});
  bool const follows = layer == first.size() && !first.empty() && input.defined() &&
                       first.back().output.is_same(input);
  input_.reset();
  next_ = follows ? 0 : layer;
  if (!follows) return;
  for (auto const& call : first) {
    report(*layers_[next_].module, {call.input}, {call.output});
    take(call.input);
    advance(call.output, report);
  }
}

void LayerChain::take(at::Tensor const& input) {
  if (next_ == 0) input_ = input;
}

void LayerChain::advance(at::Tensor const& output, ReportLayer const& report) {
  ++next_;
  last_ = WeakTensor(output.getIntrusivePtr());
  if (next_ == layers_.size()) {
    if (input_.defined()) report(*sequential_, {std::exchange(input_, {})}, {output});
  } else if (layers_[next_].kind && layers_[next_].kind->is_identity) {
    report(*layers_[next_].module, {output}, {output});
    advance(output, report);
  }
}

}  // namespace sferic::detail
