#include <sferic/callbacks/detail/layer_observer.hpp>

#include <sferic/trainer/detail/autocast.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace sferic::detail {
namespace {

namespace nn = torch::nn;

std::string shapes_of(std::vector<at::Tensor> const& tensors) {
  std::ostringstream text;
  for (auto const& tensor : tensors) text << tensor.sizes();
  return text.str().empty() ? "?" : text.str();
}

/// What is told of the layers of a module, a line for each call: their names, or nothing for the
/// module itself, and the shapes.
std::vector<std::string> calls_of(nn::Module& module, std::function<void()> const& forward) {
  std::vector<std::string> calls;
  LayerObserver const observer(module, [&](LayerCall const& call) {
    std::string name;
    for (auto const& each : module.named_modules("", /*include_self=*/false)) {
      if (each.value().get() == &call.layer) name = each.key();
    }
    calls.push_back(name + ": " + shapes_of(call.inputs) + " -> " + shapes_of(call.outputs));
  });
  forward();
  return calls;
}

using Calls = std::vector<std::string>;

/// The one call of a layer by itself.
template <class Layer, class... Inputs>
std::string call_of(Layer layer, Inputs const&... inputs) {
  auto const calls = calls_of(*layer, [&] { layer->forward(inputs...); });
  return calls.size() == 1 ? calls.front() : std::to_string(calls.size()) + " calls";
}

torch::Tensor numbers(std::vector<std::int64_t> values) { return torch::tensor(values); }

TEST(LayerObserver, TellsALinearLayerOfEachForm) {
  auto const with = nn::Linear(3, 2);
  auto const without = nn::Linear(nn::LinearOptions(3, 2).bias(false));
  for (auto const& layer : {with, without}) {
    EXPECT_EQ(call_of(layer, torch::rand({5, 3})), ": [5, 3] -> [5, 2]");
    EXPECT_EQ(call_of(layer, torch::rand({4, 5, 3})), ": [4, 5, 3] -> [4, 5, 2]");
  }
  EXPECT_EQ(call_of(nn::Bilinear(3, 4, 2), torch::rand({5, 3}), torch::rand({5, 4})),
            ": [5, 3][5, 4] -> [5, 2]");
}

TEST(LayerObserver, TellsConvolutions) {
  EXPECT_EQ(call_of(nn::Conv1d(3, 4, 3), torch::rand({2, 3, 9})), ": [2, 3, 9] -> [2, 4, 7]");
  EXPECT_EQ(call_of(nn::Conv2d(3, 4, 3), torch::rand({2, 3, 9, 9})),
            ": [2, 3, 9, 9] -> [2, 4, 7, 7]");
  EXPECT_EQ(call_of(nn::Conv2d(nn::Conv2dOptions(3, 4, 3).padding(torch::kSame)),
                    torch::rand({2, 3, 9, 9})),
            ": [2, 3, 9, 9] -> [2, 4, 9, 9]");
  EXPECT_EQ(call_of(nn::Conv3d(1, 2, 2), torch::rand({2, 1, 3, 3, 3})),
            ": [2, 1, 3, 3, 3] -> [2, 2, 2, 2, 2]");
  EXPECT_EQ(call_of(nn::ConvTranspose2d(3, 4, 3), torch::rand({2, 3, 7, 7})),
            ": [2, 3, 7, 7] -> [2, 4, 9, 9]");
}

TEST(LayerObserver, DoesNotKnowTheInputOfAConvolutionThatPadsItByItself) {
  auto const options = nn::Conv2dOptions(3, 4, 3).padding(1).padding_mode(torch::kCircular);
  EXPECT_EQ(call_of(nn::Conv2d(options), torch::rand({2, 3, 9, 9})), ": ? -> [2, 4, 9, 9]");
}

TEST(LayerObserver, TellsNormalizations) {
  EXPECT_EQ(call_of(nn::BatchNorm1d(3), torch::rand({2, 3})), ": [2, 3] -> [2, 3]");
  EXPECT_EQ(
      call_of(nn::BatchNorm2d(nn::BatchNorm2dOptions(3).affine(false)), torch::rand({2, 3, 4, 4})),
      ": [2, 3, 4, 4] -> [2, 3, 4, 4]");
  EXPECT_EQ(call_of(nn::LayerNorm(nn::LayerNormOptions({3})), torch::rand({2, 3})),
            ": [2, 3] -> [2, 3]");
  EXPECT_EQ(call_of(nn::GroupNorm(1, 4), torch::rand({2, 4, 3})), ": [2, 4, 3] -> [2, 4, 3]");
  EXPECT_EQ(call_of(nn::InstanceNorm1d(nn::InstanceNorm1dOptions(3).affine(true)),
                    torch::rand({2, 3, 4})),
            ": [2, 3, 4] -> [2, 3, 4]");
}

TEST(LayerObserver, TellsEmbeddings) {
  EXPECT_EQ(call_of(nn::Embedding(10, 4), numbers({1, 2, 3})), ": [3] -> [3, 4]");
  EXPECT_EQ(call_of(nn::EmbeddingBag(10, 4), numbers({1, 2, 3, 4}).view({2, 2})), ": ? -> [2, 4]");
}

TEST(LayerObserver, TellsRecurrentLayersWithAllThatTheyReturn) {
  auto const x = torch::rand({7, 2, 3});  // time, batch, features
  EXPECT_EQ(call_of(nn::LSTM(3, 4), x), ": [7, 2, 3] -> [7, 2, 4][1, 2, 4][1, 2, 4]");
  EXPECT_EQ(call_of(nn::LSTM(nn::LSTMOptions(3, 4).num_layers(2).bidirectional(true)), x),
            ": [7, 2, 3] -> [7, 2, 8][4, 2, 4][4, 2, 4]");
  EXPECT_EQ(call_of(nn::GRU(3, 4), x), ": [7, 2, 3] -> [7, 2, 4][1, 2, 4]");
  EXPECT_EQ(call_of(nn::RNN(3, 4), x), ": [7, 2, 3] -> [7, 2, 4][1, 2, 4]");
  EXPECT_EQ(call_of(nn::LSTMCell(3, 4), x[0]), ": [2, 3] -> [2, 4][2, 4]");
  EXPECT_EQ(call_of(nn::GRUCell(3, 4), x[0]), ": [2, 3] -> [2, 4]");
  EXPECT_EQ(call_of(nn::RNNCell(3, 4), x[0]), ": [2, 3] -> [2, 4]");
}

TEST(LayerObserver, TellsTheTensorsAsTheLayerReturnsThem) {
  for (bool const bias : {true, false}) {
    for (auto const& x : {torch::rand({5, 3}), torch::rand({2, 5, 3})}) {
      nn::Linear layer(nn::LinearOptions(3, 2).bias(bias));
      torch::Tensor input, output;
      LayerObserver const observer(*layer, [&](LayerCall const& call) {
        input = call.inputs.at(0).clone();
        output = call.outputs.at(0).clone();
      });
      auto const y = layer(x);
      EXPECT_TRUE(torch::equal(input, x));
      EXPECT_TRUE(torch::equal(output, y));
    }
  }
}

struct TwoLayers : nn::Module {
  nn::Linear first = register_module("first", nn::Linear(3, 3));
  nn::Linear second = register_module("second", nn::Linear(3, 3));
};

TEST(LayerObserver, TellsALayerEachTimeThatItIsCalled) {
  TwoLayers net;
  EXPECT_EQ(
      calls_of(net, [&] { net.second(net.first(net.second(torch::rand({4, 3})))); }),
      (Calls{"second: [4, 3] -> [4, 3]", "first: [4, 3] -> [4, 3]", "second: [4, 3] -> [4, 3]"}));
}

TEST(LayerObserver, TellsLayersWithoutGradientsInEvaluationAndInInferenceMode) {
  TwoLayers net;
  net.eval();
  auto const forward = [&] { net.first(torch::rand({4, 3})); };
  Calls const expected = {"first: [4, 3] -> [4, 3]"};
  {
    torch::NoGradGuard const guard;
    EXPECT_EQ(calls_of(net, forward), expected);
  }
  c10::InferenceMode const guard;
  EXPECT_EQ(calls_of(net, forward), expected);
}

TEST(LayerObserver, TellsALayerOnceWhereAutocastComputesInAnotherType) {
  TwoLayers net;
  Autocast const autocast(torch::kCPU, Precision::kBFloat16Mixed);
  auto const calls = calls_of(net, [&] { net.first(torch::rand({4, 3})); });
  EXPECT_EQ(calls, Calls{"first: [4, 3] -> [4, 3]"});
}

TEST(LayerObserver, TellsNothingOfWhatOnlyUsesTheParameters) {
  TwoLayers net;
  EXPECT_EQ(calls_of(net,
                     [&] {
    net.first->weight.norm();
    torch::matmul(net.first->weight, net.second->weight);
    torch::linear(torch::rand({4, 3}), net.first->weight);  // without its bias
    torch::linear(torch::rand({4, 3}), net.first->weight, net.second->bias);
    torch::relu(net.first->weight.t());
  }),
            Calls{});
}

TEST(LayerObserver, TakesAParameterAsTheInputThatItIs) {
  TwoLayers net;
  EXPECT_EQ(calls_of(net, [&] { net.first(net.second->weight); }),
            Calls{"first: [3, 3] -> [3, 3]"});
}

/// Lets a layer have a parameter of another one as its own.
void share_weight(nn::LinearImpl& layer, torch::Tensor const& weight) {
  struct Access : nn::Module {
    static auto parameters() { return &Access::parameters_; }
  };
  (layer.*Access::parameters())["weight"] = weight;
  layer.weight = weight;
}

struct SharesAWeight : nn::Module {
  nn::Embedding in = register_module("in", nn::Embedding(3, 3));
  nn::Linear one = register_module("one", nn::Linear(nn::LinearOptions(3, 3).bias(false)));
  nn::Linear other = register_module("other", nn::Linear(nn::LinearOptions(3, 3).bias(false)));
};

TEST(LayerObserver, TellsALayerThatSharesItsWeightWithOneOfAnotherKind) {
  SharesAWeight net;
  share_weight(*net.one, net.in->weight);
  EXPECT_EQ(calls_of(net, [&] { net.one(net.in(numbers({1, 2}))); }),
            (Calls{"in: [2] -> [2, 3]", "one: [2, 3] -> [2, 3]"}));
}

TEST(LayerObserver, TellsNothingOfAProductWithAWeightThatIsNotTransposed) {
  SharesAWeight net;
  auto const x = torch::rand({4, 3});
  EXPECT_EQ(calls_of(net,
                     [&] {
    torch::matmul(x, net.one->weight);
    torch::linear(x, net.one->weight.t());
  }),
            Calls{});
  EXPECT_EQ(calls_of(net, [&] { torch::matmul(x, net.one->weight.t()); }),
            Calls{"one: [4, 3] -> [4, 3]"});
}

TEST(LayerObserver, TellsOfAnAttentionOnlyTheProjectionThatIsALayer) {
  nn::MultiheadAttention attention(4, 2);
  auto const x = torch::rand({7, 3, 4});
  EXPECT_EQ(calls_of(*attention, [&] { attention(x, x, x); }),
            Calls{"out_proj: [7, 3, 4] -> [7, 3, 4]"});
}

TEST(LayerObserver, TellsNothingOfARecurrentLayerThatGetsAPackedSequence) {
  nn::LSTM layer(3, 4);
  auto const packed = nn::utils::rnn::pack_padded_sequence(torch::rand({7, 2, 3}), numbers({7, 5}));
  EXPECT_EQ(calls_of(*layer, [&] { layer->forward_with_packed_input(packed); }), Calls{});
}

TEST(LayerObserver, TellsNothingOfLayersThatCannotBeToldApart) {
  SharesAWeight net;
  share_weight(*net.one, net.other->weight);
  EXPECT_EQ(calls_of(net, [&] { net.one(net.other(torch::rand({4, 3}))); }), Calls{});
}

/// A layer of the user's, whose forward() is more than its operator.
struct Doubled : nn::LinearImpl {
  using nn::LinearImpl::LinearImpl;
  torch::Tensor forward(torch::Tensor const& x) {
    auto const y = nn::LinearImpl::forward(x);
    return torch::cat({y, y});
  }
};

TEST(LayerObserver, TellsNothingOfDerivedClasses) {
  Doubled layer(3, 2);
  EXPECT_EQ(calls_of(layer, [&] { layer.forward(torch::rand({4, 3})); }), Calls{});
}

TEST(LayerObserver, TellsNothingOfACallThatFails) {
  TwoLayers net;
  EXPECT_EQ(calls_of(net,
                     [&] {
    EXPECT_ANY_THROW(net.first(torch::rand({4, 7})));
    net.second(torch::rand({4, 3}));
  }),
            Calls{"second: [4, 3] -> [4, 3]"});
}

TEST(LayerObserver, TellsNothingOnceItIsGoneAndLeavesNothingBehind) {
  TwoLayers net;
  int calls = 0;
  EXPECT_FALSE(at::hasCallbacks());
  {
    LayerObserver const one(net, [&](auto const&) { ++calls; });
    LayerObserver const other(*net.first, [&](auto const&) { calls += 10; });
    net.first(torch::rand({4, 3}));
    net.second(torch::rand({4, 3}));
    EXPECT_EQ(calls, 12);
    EXPECT_TRUE(at::hasCallbacks());
  }
  net.first(torch::rand({4, 3}));
  EXPECT_EQ(calls, 12);
  EXPECT_FALSE(at::hasCallbacks());
}

TEST(LayerObserver, DoesNotObserveWhatIsDoneWithTheTensors) {
  TwoLayers net;
  int calls = 0;
  LayerObserver const observer(net, [&](LayerCall const& call) {
    ++calls;
    net.second(call.outputs.front());
  });
  net.first(torch::rand({4, 3}));
  EXPECT_EQ(calls, 1);
}

TEST(LayerObserver, TellsTheLayersOfASequentialAndItselfByTheTensorsThatTheyHandOn) {
  nn::Sequential net(nn::Flatten(), nn::Linear(12, 5), nn::ReLU(), nn::Dropout(), nn::Identity(),
                     nn::Linear(5, 2), nn::LogSoftmax(1));
  EXPECT_EQ(calls_of(*net, [&] { net->forward(torch::rand({4, 3, 4})); }),
            (Calls{"0: [4, 3, 4] -> [4, 12]", "1: [4, 12] -> [4, 5]", "2: [4, 5] -> [4, 5]",
                   "3: [4, 5] -> [4, 5]", "4: [4, 5] -> [4, 5]", "5: [4, 5] -> [4, 2]",
                   "6: [4, 2] -> [4, 2]", ": [4, 3, 4] -> [4, 2]"}));
}

TEST(LayerObserver, FollowsOperatorsThatChangeTheirInput) {
  nn::Sequential net(nn::Conv2d(1, 2, 3), nn::ReLU(nn::ReLUOptions(true)), nn::MaxPool2d(2),
                     nn::Flatten());
  EXPECT_EQ(calls_of(*net, [&] { net->forward(torch::rand({4, 1, 6, 6})); }),
            (Calls{"0: [4, 1, 6, 6] -> [4, 2, 4, 4]", "1: [4, 2, 4, 4] -> [4, 2, 4, 4]",
                   "2: [4, 2, 4, 4] -> [4, 2, 2, 2]", "3: [4, 2, 2, 2] -> [4, 8]",
                   ": [4, 1, 6, 6] -> [4, 8]"}));
}

TEST(LayerObserver, TellsASequentialInEachPass) {
  nn::Sequential net(nn::Dropout(), nn::Linear(3, 3), nn::ReLU());
  auto const pass = [&] { net->forward(torch::rand({4, 3})); };
  auto const once = calls_of(*net, pass);
  EXPECT_EQ(once.size(), 4u);
  Calls twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  EXPECT_EQ(calls_of(*net, [&] { pass(), pass(); }), twice);
}

TEST(LayerObserver, DoesNotTakeASequentialForCalledWhoseLayersAreUsedInAnotherWay) {
  nn::Sequential net(nn::Linear(3, 3), nn::Linear(3, 3), nn::ReLU());
  EXPECT_EQ(calls_of(*net,
                     [&] {
    auto x = torch::rand({4, 3});
    x = x + net->at<nn::LinearImpl>(0).forward(x);
    x = x + net->at<nn::LinearImpl>(1).forward(x);
    torch::relu(x);
  }),
            (Calls{"0: [4, 3] -> [4, 3]", "1: [4, 3] -> [4, 3]"}));
}

/// A block of the user's between layers that are known.
struct Residual : nn::Module {
  nn::Linear line = register_module("line", nn::Linear(3, 3));
  torch::Tensor forward(torch::Tensor const& x) { return x + line(x); }
};

TEST(LayerObserver, TellsNothingOfASequentialWithALayerThatItDoesNotKnow) {
  nn::Sequential net(nn::Linear(3, 3), nn::ReLU(), Residual(), nn::ReLU(), nn::Linear(3, 2));
  EXPECT_EQ(calls_of(*net, [&] { net->forward(torch::rand({4, 3})); }),
            (Calls{"0: [4, 3] -> [4, 3]", "1: [4, 3] -> [4, 3]", "2.line: [4, 3] -> [4, 3]",
                   "4: [4, 3] -> [4, 2]"}));
}

}  // namespace
}  // namespace sferic::detail
