#include <sferic/optim/finetuning.hpp>

#include <gtest/gtest.h>

#include "support.hpp"

namespace sferic::test {
namespace {

struct Backbone : torch::nn::Module {
  torch::nn::Linear linear = register_module("linear", torch::nn::Linear(2, 2));
  torch::nn::BatchNorm1d norm = register_module("norm", torch::nn::BatchNorm1d(2));
  torch::Tensor forward(torch::Tensor const& x) { return norm(linear(x)); }
};

TEST(FinetuningTest, FreezesAllButBatchNorm) {
  Backbone net;
  freeze(net);
  EXPECT_FALSE(net.linear->weight.requires_grad());
  EXPECT_FALSE(net.linear->bias.requires_grad());
  EXPECT_TRUE(net.norm->weight.requires_grad());
  EXPECT_TRUE(net.norm->is_training());
  unfreeze(net);
  EXPECT_TRUE(net.linear->weight.requires_grad());
}

TEST(FinetuningTest, LeavesIntegersAlone) {
  torch::nn::Module net;
  net.register_parameter("counts", torch::zeros({2}, torch::kLong), /*requires_grad=*/false);
  freeze(net);
  unfreeze(net);
  EXPECT_FALSE(net.parameters()[0].requires_grad());
}

TEST(FinetuningTest, FreezesBatchNormIfAskedTo) {
  Backbone net;
  freeze(net, {.train_batch_norm = false});
  EXPECT_FALSE(net.norm->weight.requires_grad());
  auto const before = net.norm->running_mean.clone();
  net.forward(torch::ones({4, 2}));
  EXPECT_TRUE(torch::equal(net.norm->running_mean, before));
  unfreeze(net, {.train_batch_norm = false});
  EXPECT_TRUE(net.linear->weight.requires_grad());
  EXPECT_FALSE(net.norm->weight.requires_grad());
  EXPECT_FALSE(net.norm->is_training());
  unfreeze(net);
  EXPECT_TRUE(net.norm->weight.requires_grad());
  EXPECT_TRUE(net.norm->is_training());
}

TEST(FinetuningTest, StopsMomentumAndWeightDecay) {
  Backbone net;
  torch::optim::SGD sgd(net.parameters(),
                        torch::optim::SGDOptions(0.1).momentum(0.9).weight_decay(0.1));
  net.forward(torch::rand({4, 2})).pow(3).sum().backward();
  sgd.step();
  freeze(net, {.train_batch_norm = false});
  auto const before = net.linear->weight.clone();
  sgd.zero_grad();
  sgd.step();
  EXPECT_TRUE(torch::equal(net.linear->weight, before));
}

TEST(FinetuningTest, AddsWhatTheOptimizerDoesNotHave) {
  Backbone net;
  torch::optim::SGD sgd(net.norm->parameters(), torch::optim::SGDOptions(0.5).momentum(0.9));
  net.linear->bias.requires_grad_(false);
  EXPECT_TRUE(add_param_group(sgd, net));
  ASSERT_EQ(sgd.param_groups().size(), 2U);
  auto const& added = sgd.param_groups()[1];
  ASSERT_EQ(added.params().size(), 1U);
  EXPECT_TRUE(added.params()[0].is_same(net.linear->weight));
  EXPECT_DOUBLE_EQ(rate_of(sgd, 1), 0.05);
  EXPECT_EQ(static_cast<torch::optim::SGDOptions const&>(added.options()).momentum(), 0.9);
  EXPECT_EQ(rate_of(sgd), 0.5);
  EXPECT_FALSE(add_param_group(sgd, net));
  EXPECT_EQ(sgd.param_groups().size(), 2U);
}

TEST(FinetuningTest, AddsWithALearningRate) {
  Backbone net;
  torch::optim::SGD sgd(net.norm->parameters(), 0.5);
  add_param_group(sgd, *net.linear, {.lr = 0.25});
  EXPECT_EQ(rate_of(sgd, 1), 0.25);
}

TEST(FinetuningTest, RefusesOptionsOutOfTheirRange) {
  Backbone net;
  torch::optim::SGD sgd(net.norm->parameters(), 0.5);
  auto const message = [&](ParamGroupOptions options) {
    return message_of<std::invalid_argument>([&] { add_param_group(sgd, net, options); });
  };
  EXPECT_EQ(message({.lr = -1}), "lr of add_param_group must be >= 0, but got -1");
  EXPECT_EQ(message({.initial_denom_lr = 0}),
            "initial_denom_lr of add_param_group must be > 0, but got 0");
  EXPECT_EQ(sgd.param_groups().size(), 1U);
}

}  // namespace
}  // namespace sferic::test
