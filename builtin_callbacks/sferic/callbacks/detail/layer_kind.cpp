#include <sferic/callbacks/detail/layer_kind.hpp>

#include <ATen/core/ivalue.h>
#include <torch/nn.h>

#include <algorithm>
#include <typeindex>
#include <unordered_map>

namespace sferic::detail {

namespace {

namespace nn = torch::nn;

using Kinds = std::unordered_map<std::type_index, LayerKind>;
using Names = std::vector<std::string_view>;

template <class... Layers>
void add(Kinds& kinds, Names const& operators) {
  (kinds.emplace(typeid(Layers), LayerKind{operators}), ...);
}

void add_layers_with_parameters(Kinds& kinds) {
  add<nn::LinearImpl>(kinds, {"aten::linear", "aten::addmm", "aten::matmul"});
  add<nn::BilinearImpl>(kinds, {"aten::bilinear"});
  add<nn::Conv1dImpl>(kinds, {"aten::conv1d"});
  add<nn::Conv2dImpl>(kinds, {"aten::conv2d"});
  add<nn::Conv3dImpl>(kinds, {"aten::conv3d"});
  add<nn::ConvTranspose1dImpl>(kinds, {"aten::conv_transpose1d"});
  add<nn::ConvTranspose2dImpl>(kinds, {"aten::conv_transpose2d"});
  add<nn::ConvTranspose3dImpl>(kinds, {"aten::conv_transpose3d"});
  add<nn::BatchNorm1dImpl, nn::BatchNorm2dImpl, nn::BatchNorm3dImpl>(kinds, {"aten::batch_norm"});
  add<nn::InstanceNorm1dImpl, nn::InstanceNorm2dImpl, nn::InstanceNorm3dImpl>(
      kinds, {"aten::instance_norm"});
  add<nn::LayerNormImpl>(kinds, {"aten::layer_norm"});
  add<nn::GroupNormImpl>(kinds, {"aten::group_norm"});
  add<nn::EmbeddingImpl>(kinds, {"aten::embedding"});
  add<nn::EmbeddingBagImpl>(kinds, {"aten::embedding_bag"});
  add<nn::PReLUImpl>(kinds, {"aten::prelu"});
  add<nn::LSTMImpl>(kinds, {"aten::lstm"});
  add<nn::GRUImpl>(kinds, {"aten::gru"});
  add<nn::RNNImpl>(kinds, {"aten::rnn_tanh", "aten::rnn_relu"});
  add<nn::LSTMCellImpl>(kinds, {"aten::lstm_cell"});
  add<nn::GRUCellImpl>(kinds, {"aten::gru_cell"});
  add<nn::RNNCellImpl>(kinds, {"aten::rnn_tanh_cell", "aten::rnn_relu_cell"});
}

void add_activations(Kinds& kinds) {
  add<nn::ReLUImpl>(kinds, {"aten::relu", "aten::relu_"});
  add<nn::ReLU6Impl>(kinds, {"aten::relu6", "aten::relu6_"});
  add<nn::LeakyReLUImpl>(kinds, {"aten::leaky_relu", "aten::leaky_relu_"});
  add<nn::ELUImpl>(kinds, {"aten::elu", "aten::elu_"});
  add<nn::SELUImpl>(kinds, {"aten::selu", "aten::selu_"});
  add<nn::CELUImpl>(kinds, {"aten::celu", "aten::celu_"});
  add<nn::HardtanhImpl>(kinds, {"aten::hardtanh", "aten::hardtanh_"});
  add<nn::GELUImpl>(kinds, {"aten::gelu"});
  add<nn::GLUImpl>(kinds, {"aten::glu"});
  add<nn::SiLUImpl>(kinds, {"aten::silu"});
  add<nn::MishImpl>(kinds, {"aten::mish"});
  add<nn::SigmoidImpl>(kinds, {"aten::sigmoid"});
  add<nn::TanhImpl>(kinds, {"aten::tanh"});
  add<nn::SoftplusImpl>(kinds, {"aten::softplus"});
  add<nn::SoftmaxImpl, nn::Softmax2dImpl>(kinds, {"aten::softmax"});
  add<nn::LogSoftmaxImpl>(kinds, {"aten::log_softmax"});
}

void add_other_layers(Kinds& kinds) {
  kinds.emplace(typeid(nn::IdentityImpl), LayerKind{{}, /*is_identity=*/true});
  add<nn::FlattenImpl>(kinds, {"aten::flatten"});
  add<nn::DropoutImpl>(kinds, {"aten::dropout", "aten::dropout_"});
  add<nn::Dropout2dImpl, nn::Dropout3dImpl>(kinds,
                                            {"aten::feature_dropout", "aten::feature_dropout_"});
  add<nn::AlphaDropoutImpl>(kinds, {"aten::alpha_dropout", "aten::alpha_dropout_"});
  add<nn::MaxPool1dImpl>(kinds, {"aten::max_pool1d"});
  add<nn::MaxPool2dImpl>(kinds, {"aten::max_pool2d"});
  add<nn::MaxPool3dImpl>(kinds, {"aten::max_pool3d"});
  add<nn::AvgPool1dImpl>(kinds, {"aten::avg_pool1d"});
  add<nn::AvgPool2dImpl>(kinds, {"aten::avg_pool2d"});
  add<nn::AvgPool3dImpl>(kinds, {"aten::avg_pool3d"});
  add<nn::AdaptiveAvgPool1dImpl>(kinds, {"aten::adaptive_avg_pool1d"});
  add<nn::AdaptiveAvgPool2dImpl>(kinds, {"aten::adaptive_avg_pool2d"});
  add<nn::AdaptiveAvgPool3dImpl>(kinds, {"aten::adaptive_avg_pool3d"});
  add<nn::AdaptiveMaxPool1dImpl>(kinds, {"aten::adaptive_max_pool1d"});
  add<nn::AdaptiveMaxPool2dImpl>(kinds, {"aten::adaptive_max_pool2d"});
  add<nn::AdaptiveMaxPool3dImpl>(kinds, {"aten::adaptive_max_pool3d"});
}

Kinds const& all_kinds() {
  static Kinds const kinds = [] {
    Kinds all;
    add_layers_with_parameters(all);
    add_activations(all);
    add_other_layers(all);
    return all;
  }();
  return kinds;
}

template <class Convolution>
bool is_padded_before(nn::Module const& module) {
  auto const* const convolution = dynamic_cast<Convolution const*>(&module);
  return convolution &&
         torch::enumtype::get_enum_name(convolution->options.padding_mode()) != "kZeros";
}

}  // namespace

LayerOperator const* layer_operator(std::string_view name) {
  // Of a linear layer, addmm() or matmul() with the transposed weight, as its forward() does.
  static std::vector<LayerOperator> const operators = {
      {"aten::linear", {0}, {1, 2}},
      {"aten::addmm", {1}, {0, 2}, 1, /*is_transposed=*/true},
      {"aten::matmul", {0}, {1}, 1, /*is_transposed=*/true, /*adds_bias_after=*/true},
      {"aten::bilinear", {0, 1}, {2, 3}},
      {"aten::conv1d", {0}, {1, 2}},
      {"aten::conv2d", {0}, {1, 2}},
      {"aten::conv3d", {0}, {1, 2}},
      {"aten::conv_transpose1d", {0}, {1, 2}},
      {"aten::conv_transpose2d", {0}, {1, 2}},
      {"aten::conv_transpose3d", {0}, {1, 2}},
      {"aten::batch_norm", {0}, {1, 2, 3, 4}},
      {"aten::instance_norm", {0}, {1, 2, 3, 4}},
      {"aten::layer_norm", {0}, {2, 3}},
      {"aten::group_norm", {0}, {2, 3}},
      {"aten::embedding", {1}, {0}},
      {"aten::embedding_bag", {}, {0}},  // of bags that were one tensor, its indices are flat
      {"aten::prelu", {0}, {1}},
      {"aten::lstm", {0}, {2}, 3},
      {"aten::gru", {0}, {2}, 2},
      {"aten::rnn_tanh", {0}, {2}, 2},
      {"aten::rnn_relu", {0}, {2}, 2},
      {"aten::lstm_cell", {0}, {2, 3, 4, 5}, 2},
      {"aten::gru_cell", {0}, {2, 3, 4, 5}},
      {"aten::rnn_tanh_cell", {0}, {2, 3, 4, 5}},
      {"aten::rnn_relu_cell", {0}, {2, 3, 4, 5}},
  };
  auto const found = std::find_if(operators.begin(), operators.end(),
                                  [&](auto const& each) { return each.name == name; });
  return found == operators.end() ? nullptr : &*found;
}

bool LayerKind::computes_by(std::string_view name) const {
  return std::find(operators.begin(), operators.end(), name) != operators.end();
}

LayerKind const* layer_kind(nn::Module const& module) {
  auto const found = all_kinds().find(typeid(module));
  return found == all_kinds().end() ? nullptr : &found->second;
}

bool takes_input_as_it_is(nn::Module const& module) {
  return !is_padded_before<nn::Conv1dImpl>(module) && !is_padded_before<nn::Conv2dImpl>(module) &&
         !is_padded_before<nn::Conv3dImpl>(module);
}

}  // namespace sferic::detail
