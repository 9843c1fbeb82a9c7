#include <sferic/callbacks/detail/layer_calls.hpp>

#include <torch/nn/modules/container/sequential.h>

#include <algorithm>
#include <typeinfo>
#include <utility>

namespace sferic::detail {

namespace {

using Role = RunningOperator::Role;

/// The defined tensors of an argument: itself, or those of a list.
Tensors tensors_in(c10::IValue const& argument) {
  Tensors found;
  if (argument.isTensor()) found.push_back(argument.toTensor());
  if (argument.isTensorList()) found = argument.toTensorVector();
  std::erase_if(found, [](auto const& tensor) { return !tensor.defined(); });
  return found;
}

Tensors tensors_at(std::vector<std::size_t> const& places, Arguments arguments) {
  Tensors found;
  for (auto const place : places) {
    if (place >= arguments.size()) continue;
    for (auto const& tensor : tensors_in(arguments[place])) found.push_back(tensor);
  }
  return found;
}

at::Tensor first_of(Arguments arguments) {
  return arguments.empty() || !arguments[0].isTensor() ? at::Tensor() : arguments[0].toTensor();
}

at::Tensor only_one(Tensors const& tensors) {
  return tensors.size() == 1 ? tensors.front() : at::Tensor();
}

bool has_bias(torch::nn::Module const& layer) {
  return layer.named_parameters(/*recurse=*/false).contains("bias");
}

}  // namespace

LayerCalls::LayerCalls(torch::nn::Module const& module,
                       std::function<void(LayerCall const&)> report)
    : report_(std::move(report)) {
  add(module);
}

void LayerCalls::add(torch::nn::Module const& module) {
  if (std::find(seen_.begin(), seen_.end(), &module) != seen_.end()) return;
  seen_.push_back(&module);
  if (typeid(module) == typeid(torch::nn::SequentialImpl)) chains_.emplace_back(module);
  for (auto const& tensor : module.parameters(/*recurse=*/false)) add_state(tensor, module);
  for (auto const& tensor : module.buffers(/*recurse=*/false)) add_state(tensor, module);
  for (auto const& child : module.children()) add(*child);
}

void LayerCalls::add_state(at::Tensor const& tensor, torch::nn::Module const& owner) {
  owners_[tensor.unsafeGetTensorImpl()].push_back(&owner);
}

std::optional<RunningOperator> LayerCalls::start(std::string_view name, Arguments arguments) {
  if (is_inside_) return std::nullopt;
  auto found = find(name, arguments);
  is_inside_ = found.has_value();
  return found;
}

std::optional<RunningOperator> LayerCalls::find(std::string_view name, Arguments arguments) {
  if (name == "aten::t") return find_transposition(arguments);
  if (name == "aten::add_") return find_bias(arguments);
  if (auto const* const known = layer_operator(name)) {
    if (auto found = find_layer(*known, arguments)) return found;
  }
  return find_link(name, arguments);
}

std::optional<RunningOperator> LayerCalls::find_transposition(Arguments arguments) {
  auto const weight = first_of(arguments);
  auto const found = owners_.find(weight.unsafeGetTensorImpl());
  if (found == owners_.end()) return std::nullopt;
  return RunningOperator{.role = Role::kTransposition, .inputs = {weight}};
}

std::optional<RunningOperator> LayerCalls::find_bias(Arguments arguments) {
  if (!before_bias_ || !refers_to(before_bias_->output, first_of(arguments))) return std::nullopt;
  auto call = std::move(*before_bias_);
  before_bias_.reset();
  auto const bias = call.layer->named_parameters(/*recurse=*/false)["bias"];
  if (!only_one(tensors_at({1}, arguments)).is_same(bias)) return std::nullopt;
  return RunningOperator{
      .role = Role::kLayer, .layer = call.layer, .inputs = std::move(call.inputs)};
}

std::optional<RunningOperator> LayerCalls::find_layer(LayerOperator const& known,
                                                      Arguments arguments) {
  auto const* const layer = owner(known, arguments);
  if (!layer) return std::nullopt;
  bool const goes_on = known.adds_bias_after && has_bias(*layer);
  RunningOperator running{.role = goes_on ? Role::kLayerBeforeItsBias : Role::kLayer,
                          .layer = layer,
                          .outputs = known.outputs};
  if (takes_input_as_it_is(*layer)) running.inputs = tensors_at(known.inputs, arguments);
  return running;
}

std::optional<RunningOperator> LayerCalls::find_link(std::string_view name,
                                                     Arguments arguments) const {
  auto const input = first_of(arguments);
  if (!input.defined()) return std::nullopt;
  bool const is_awaited = std::any_of(chains_.begin(), chains_.end(),
                                      [&](auto const& chain) { return chain.awaits(name, input); });
  if (!is_awaited) return std::nullopt;
  return RunningOperator{.role = Role::kLink, .name = name, .inputs = {input}};
}

/// The one layer that all of these parameters and buffers belong to, and whose parameters they all
/// are; null if there is none, or more than one.
torch::nn::Module const* LayerCalls::owner(LayerOperator const& known, Arguments arguments) const {
  std::vector<c10::TensorImpl const*> given;
  bool has_transposed = false;
  for (auto const& tensor : tensors_at(known.state, arguments)) {
    bool const is_transposed = transposed_ && refers_to(transposed_->tensor, tensor);
    has_transposed |= is_transposed;
    given.push_back(is_transposed ? transposed_->weight : tensor.unsafeGetTensorImpl());
  }
  if (given.empty() || has_transposed != known.is_transposed) return nullptr;
  auto const owners = owners_.find(given.front());
  if (owners == owners_.end()) return nullptr;
  Layers fitting;
  for (auto const* const layer : owners->second) {
    if (is_called_by(*layer, known, given)) fitting.push_back(layer);
  }
  return fitting.size() == 1 ? fitting.front() : nullptr;
}

bool LayerCalls::is_called_by(torch::nn::Module const& layer, LayerOperator const& known,
                              std::vector<c10::TensorImpl const*> const& given) const {
  auto const* const kind = layer_kind(layer);
  if (!kind || !kind->computes_by(known.name)) return false;
  for (auto const* const tensor : given) {
    auto const owners = owners_.find(tensor);
    if (owners == owners_.end()) return false;
    auto const& layers = owners->second;
    if (std::find(layers.begin(), layers.end(), &layer) == layers.end()) return false;
  }
  for (auto const& parameter : layer.named_parameters(/*recurse=*/false)) {
    bool const comes_later = known.adds_bias_after && parameter.key() == "bias";
    auto const* const tensor = parameter.value().unsafeGetTensorImpl();
    if (!comes_later && std::find(given.begin(), given.end(), tensor) == given.end()) return false;
  }
  return true;
}

void LayerCalls::end(RunningOperator running, std::vector<c10::IValue> const& returned) {
  is_inside_ = false;
  Tensors outputs;
  for (auto const& value : returned) {
    if (outputs.size() < running.outputs && value.isTensor()) outputs.push_back(value.toTensor());
  }
  if (outputs.size() < running.outputs) return;  // an error
  auto const& output = outputs.front();
  switch (running.role) {
    case Role::kLayer:
      return layer_returned(*running.layer, running.inputs, outputs);
    case Role::kLayerBeforeItsBias:
      before_bias_ = BeforeBias{running.layer, std::move(running.inputs),
                                WeakTensor(output.getIntrusivePtr())};
      return;
    case Role::kTransposition:
      transposed_ = Transposed{WeakTensor(output.getIntrusivePtr()),
                               running.inputs.front().unsafeGetTensorImpl()};
      return;
    case Role::kLink:
      for (auto& chain : chains_) {
        chain.ran(running.name, running.inputs.front(), output, reporting());
      }
      return;
  }
}

void LayerCalls::layer_returned(torch::nn::Module const& layer, Tensors const& inputs,
                                Tensors const& outputs) {
  // Not yet told: the layers before it that have no parameters.
  for (auto& chain : chains_) chain.is_called(layer, only_one(inputs), reporting());
  report_({layer, inputs, outputs});
  for (auto& chain : chains_) chain.has_returned(layer, outputs.front(), reporting());
}

ReportLayer LayerCalls::reporting() {
  return [this](torch::nn::Module const& layer, Tensors const& inputs, Tensors const& outputs) {
    report_({layer, inputs, outputs});
  };
}

}  // namespace sferic::detail
