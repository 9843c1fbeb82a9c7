#include <sferic/callbacks/detail/layer_table_builder.hpp>

#include <ATen/core/ivalue.h>
#include <c10/util/Type.h>
#include <torch/nn/module.h>

#include <set>
#include <stdexcept>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace sferic::detail {

namespace {

/// Tensors, each of them once, where two that have the same data are the same.
class DistinctTensors {
 public:
  bool add(at::Tensor const& tensor) {
    bool const has_data = tensor.has_storage() && tensor.numel() > 0;
    void const* const owner =
        has_data ? static_cast<void const*>(tensor.storage().unsafeGetStorageImpl())
                 : tensor.unsafeGetTensorImpl();
    return seen_.emplace(owner, has_data ? tensor.storage_offset() : 0).second;
  }

 private:
  std::set<std::pair<void const*, std::int64_t>> seen_;
};

std::int64_t bytes_of(at::Tensor const& tensor) {
  return tensor.numel() * static_cast<std::int64_t>(tensor.element_size());
}

/// "Box<Thing>" of "(anonymous namespace)::Box<my::Thing>".
std::string without_namespaces(std::string_view name) {
  std::string short_name;
  std::size_t word = 0;  // where the one begins that is being read
  int parentheses = 0;   // of `main::{lambda(int)#1}::Net` for example, within a word
  for (std::size_t i = 0; i < name.size(); ++i) {
    char const letter = name[i];
    parentheses += (letter == '(' || letter == '{') - (letter == ')' || letter == '}');
    if (parentheses == 0 && name.substr(i, 2) == "::") {
      short_name.resize(word);
      ++i;
      continue;
    }
    short_name += letter;
    bool const ends_word = letter == '<' || letter == ',' || short_name.ends_with(", ");
    if (parentheses == 0 && ends_word) word = short_name.size();
  }
  return short_name;
}

std::string type_of(torch::nn::Module const& module) {
  constexpr std::string_view kOfAHolder = "Impl";
  std::string type = without_namespaces(c10::demangle(typeid(module).name()));
  if (type.size() > kOfAHolder.size() && type.ends_with(kOfAHolder)) {
    type.resize(type.size() - kOfAHolder.size());
  }
  return type;
}

std::int64_t checked(std::int64_t max_depth) {
  if (max_depth >= -1) return max_depth;
  throw std::invalid_argument("max_depth must be >= -1, but got " + std::to_string(max_depth));
}

std::vector<LayerRow::Shape> shapes_of(std::vector<at::Tensor> const& tensors) {
  std::vector<LayerRow::Shape> shapes;
  for (auto const& tensor : tensors) shapes.push_back(tensor.sizes().vec());
  return shapes;
}

}  // namespace

LayerTableBuilder::LayerTableBuilder(torch::nn::Module const& module, std::int64_t max_depth)
    : max_depth_(checked(max_depth)) {
  add(module, "", 0);
  add_totals(module);
}

void LayerTableBuilder::add(torch::nn::Module const& module, std::string const& name,
                            std::int64_t depth) {
  LayerRow row{
      .name = name, .type = type_of(module), .depth = depth, .training = module.is_training()};
  DistinctTensors seen;
  for (auto const& parameter : module.parameters(/*recurse=*/false)) {
    if (seen.add(parameter)) row.own_parameters += parameter.numel();
  }
  seen = {};
  for (auto const& parameter : module.parameters()) {
    if (!seen.add(parameter)) continue;
    row.parameters += parameter.numel();
    if (!parameter.requires_grad()) row.frozen_parameters += parameter.numel();
  }
  table_.layers.push_back(std::move(row));
  uncalled_.push_back(&module);
  if (depth == max_depth_) return;
  for (auto const& child : module.named_children()) {
    add(*child.value(), name.empty() ? child.key() : name + "." + child.key(), depth + 1);
  }
}

void LayerTableBuilder::add_totals(torch::nn::Module const& module) {
  auto const& all = table_.layers.front();
  table_.parameters = all.parameters;
  table_.frozen_parameters = all.frozen_parameters;
  table_.trainable_parameters = all.parameters - all.frozen_parameters;
  DistinctTensors seen;
  for (auto const& parameter : module.parameters()) {
    if (seen.add(parameter)) table_.parameter_bytes += bytes_of(parameter);
  }
  for (auto const& buffer : module.buffers()) {
    if (seen.add(buffer)) table_.buffer_bytes += bytes_of(buffer);
  }
}

void LayerTableBuilder::record(LayerCall const& call) {
  for (std::size_t i = 0; i < uncalled_.size(); ++i) {
    if (uncalled_[i] != &call.layer) continue;
    uncalled_[i] = nullptr;
    table_.layers[i].inputs = shapes_of(call.inputs);
    table_.layers[i].outputs = shapes_of(call.outputs);
  }
}

}  // namespace sferic::detail
