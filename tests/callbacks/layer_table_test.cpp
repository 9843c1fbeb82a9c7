#include <sferic/callbacks/layer_table.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace sferic::test {
namespace {

namespace nn = torch::nn;

using Shapes = std::vector<LayerRow::Shape>;

LayerRow const& row_of(LayerTable const& table, std::string const& name) {
  for (auto const& row : table.layers) {
    if (row.name == name) return row;
  }
  throw std::out_of_range("no row `" + name + "`");
}

std::vector<std::string> names_of(LayerTable const& table) {
  std::vector<std::string> names;
  for (auto const& row : table.layers) names.push_back(row.name);
  return names;
}

/// A classifier of images of 6 by 6, with a frozen head.
struct ClassifierImpl : nn::Module {
  ClassifierImpl() {
    head->weight.set_requires_grad(false);
    head->eval();
  }
  torch::Tensor forward(torch::Tensor const& x) { return head(features->forward(x)); }

  nn::Sequential features =
      register_module("features", nn::Sequential(nn::Conv2d(1, 2, 3), nn::BatchNorm2d(2),
                                                 nn::ReLU(), nn::MaxPool2d(2), nn::Flatten()));
  nn::Linear head = register_module("head", nn::Linear(8, 3));
};
TORCH_MODULE(Classifier);

TEST(LayerTable, IsPrintedAsATable) {
  Classifier net;
  auto const table = summarize(*net, [&] { net(torch::rand({4, 1, 6, 6})); }, -1);
  EXPECT_EQ(table.text(),
            "Name       | Type        | Params | Frozen | Mode  | Input        | Output\n"
            "-----------+-------------+--------+--------+-------+--------------+-------------\n"
            "           | Classifier  |     51 |     24 | train |              |\n"
            "features   | Sequential  |     24 |      0 | train | [4, 1, 6, 6] | [4, 8]\n"
            "features.0 | Conv2d      |     20 |      0 | train | [4, 1, 6, 6] | [4, 2, 4, 4]\n"
            "features.1 | BatchNorm2d |      4 |      0 | train | [4, 2, 4, 4] | [4, 2, 4, 4]\n"
            "features.2 | ReLU        |      0 |      0 | train | [4, 2, 4, 4] | [4, 2, 4, 4]\n"
            "features.3 | MaxPool2d   |      0 |      0 | train | [4, 2, 4, 4] | [4, 2, 2, 2]\n"
            "features.4 | Flatten     |      0 |      0 | train | [4, 2, 2, 2] | [4, 8]\n"
            "head       | Linear      |     27 |     24 | eval  | [4, 8]       | [4, 3]\n"
            "-----------+-------------+--------+--------+-------+--------------+-------------\n"
            "51 parameters: 27 trainable, 24 frozen\n"
            "0.000 MB: 0.000 MB of parameters, 0.000 MB of buffers\n");
}

TEST(LayerTable, LeavesOutColumnsThatHaveNothingToShow) {
  nn::Linear const net(1000, 2000);
  EXPECT_EQ(summarize(*net).text(),
            "Name | Type   |    Params | Mode\n"
            "-----+--------+-----------+------\n"
            "     | Linear | 2,002,000 | train\n"
            "-----+--------+-----------+------\n"
            "2,002,000 parameters: 2,002,000 trainable, 0 frozen\n"
            "8.008 MB: 8.008 MB of parameters, 0.000 MB of buffers\n");
}

TEST(LayerTable, ShowsTheChildrenUnlessItIsAskedForAnotherDepth) {
  Classifier const net;
  EXPECT_EQ(names_of(summarize(*net)), (std::vector<std::string>{"", "features", "head"}));
  EXPECT_EQ(names_of(summarize(*net, 0)), std::vector<std::string>{""});
  EXPECT_EQ(summarize(*net, 2).layers.size(), 8u);
  EXPECT_EQ(summarize(*net, -1).layers.size(), 8u);
  EXPECT_THROW(summarize(*net, -2), std::invalid_argument);
}

TEST(LayerTable, CountsAllParametersAtAnyDepth) {
  Classifier const net;
  for (std::int64_t const depth : {0, 1, -1}) {
    auto const table = summarize(*net, depth);
    EXPECT_EQ(table.parameters, 51);
    EXPECT_EQ(table.trainable_parameters, 27);
    EXPECT_EQ(table.frozen_parameters, 24);
    EXPECT_EQ(table.layers.front().parameters, 51);
    EXPECT_EQ(table.layers.front().own_parameters, 0);
  }
}

/// Nests a linear layer so many times.
struct Nested : nn::Module {
  explicit Nested(int times) {
    if (times == 0) {
      register_module("line", nn::Linear(2, 2));
    } else {
      register_module("inner", std::make_shared<Nested>(times - 1));
    }
    scale = register_parameter("scale", torch::ones({3}));
  }
  torch::Tensor scale;
};

TEST(LayerTable, CountsWhatALayerHoldsItselfAndWhatIsBelow) {
  Nested const net(50);
  auto const table = summarize(net, -1);
  ASSERT_EQ(table.layers.size(), 52u);
  EXPECT_EQ(table.layers.back().depth, 51);
  EXPECT_EQ(table.layers.back().parameters, 6);
  EXPECT_EQ(table.layers[50].parameters, 9);
  EXPECT_EQ(table.layers[50].own_parameters, 3);
  EXPECT_EQ(table.parameters, 51 * 3 + 6);
  EXPECT_EQ(summarize(net, 7).layers.back().name, "inner.inner.inner.inner.inner.inner.inner");
  EXPECT_EQ(summarize(net, 7).parameters, table.parameters);
}

/// Two layers that share a parameter, in two ways.
struct Shares : nn::Module {
  struct Scale : nn::Module {
    explicit Scale(torch::Tensor const& scale) { register_parameter("scale", scale); }
  };
  Shares() {
    auto const scale = torch::ones({10});
    register_module("one", std::make_shared<Scale>(scale));
    register_module("same_tensor", std::make_shared<Scale>(scale));
    register_module("same_data", std::make_shared<Scale>(scale.detach()));
  }
};

TEST(LayerTable, CountsSharedParametersOnce) {
  Shares const net;
  auto const table = summarize(net);
  EXPECT_EQ(table.parameters, 10);
  EXPECT_EQ(table.parameter_bytes, 40);
  for (auto const* const name : {"one", "same_tensor", "same_data"}) {
    EXPECT_EQ(row_of(table, name).parameters, 10) << name;
  }
}

TEST(LayerTable, ShowsALayerThatIsRegisteredTwiceTwice) {
  struct : nn::Module {
    nn::Linear one = register_module("one", nn::Linear(2, 2));
    nn::Linear same = register_module("same", one);
  } net;
  auto const table = summarize(net, [&] { net.one(torch::rand({4, 2})); });
  EXPECT_EQ(table.parameters, 6);
  EXPECT_EQ(row_of(table, "one").inputs, (Shapes{{4, 2}}));
  EXPECT_EQ(row_of(table, "same").inputs, (Shapes{{4, 2}}));
}

TEST(LayerTable, TellsTheSizeOfElementsAndOfBuffers) {
  nn::BatchNorm1d net(10);
  auto const sizes = [&] {
    auto const table = summarize(*net);
    return std::pair(table.parameter_bytes, table.buffer_bytes);
  };
  EXPECT_EQ(sizes(), std::pair(2 * 10 * 4L, 2 * 10 * 4L + 8));  // and the batches, as an integer
  net->to(torch::kDouble);
  EXPECT_EQ(sizes(), std::pair(2 * 10 * 8L, 2 * 10 * 8L + 8));
  net->to(torch::kBFloat16);
  EXPECT_EQ(sizes(), std::pair(2 * 10 * 2L, 2 * 10 * 2L + 2));  // which becomes one, too
}

template <class T, class U>
struct Box : nn::Module {};
struct Impl : nn::Module {};

TEST(LayerTable, NamesTypesWithoutNamespaces) {
  struct Local : nn::Module {};
  EXPECT_EQ(summarize(Local()).layers[0].type, "Local");
  EXPECT_EQ(summarize(Box<nn::Linear, Box<int, nn::ReLUImpl>>()).layers[0].type,
            "Box<Linear, Box<int, ReLUImpl> >");
  EXPECT_EQ(summarize(Impl()).layers[0].type, "Impl");
  EXPECT_EQ(summarize(nn::LSTMImpl(2, 2)).layers[0].type, "LSTM");
  auto const lambda = [](int) {
    struct InALambda : nn::Module {};
    return summarize(InALambda()).layers[0].type;
  };
  EXPECT_EQ(lambda(1), "InALambda");
}

TEST(LayerTable, ShowsTheShapesOfTheFirstCall) {
  nn::Linear net(3, 2);
  auto const table = summarize(*net, [&] {
    net(torch::rand({4, 3}));
    net(torch::rand({7, 3}));
  });
  EXPECT_EQ(table.layers[0].inputs, (Shapes{{4, 3}}));
  EXPECT_EQ(table.layers[0].outputs, (Shapes{{4, 2}}));
}

TEST(LayerTable, ShowsAllThatALayerReturns) {
  nn::LSTM net(3, 5);
  auto const table = summarize(*net, [&] { net(torch::rand({7, 2, 3})); });
  EXPECT_EQ(table.layers[0].outputs, (Shapes{{7, 2, 5}, {1, 2, 5}, {1, 2, 5}}));
  EXPECT_NE(table.text().find("[7, 2, 5], [1, 2, 5], [1, 2, 5]\n"), std::string::npos);
}

TEST(LayerTable, LeavesShapesBlankThatAreNotKnown) {
  Classifier net;
  auto const table = summarize(*net, [&] { net->head(torch::rand({1, 8})); }, -1);
  EXPECT_EQ(row_of(table, "features.0").inputs, Shapes{});
  EXPECT_EQ(row_of(table, "features").outputs, Shapes{});
  EXPECT_EQ(row_of(table, "").outputs, Shapes{});
  EXPECT_EQ(row_of(table, "head").outputs, (Shapes{{1, 3}}));
}

TEST(LayerTable, LetsAnErrorOfTheForwardPassThrough) {
  Classifier net;
  EXPECT_THROW(summarize(*net, [] { throw std::runtime_error("an error"); }), std::runtime_error);
  EXPECT_FALSE(at::hasCallbacks());
}

}  // namespace
}  // namespace sferic::test
