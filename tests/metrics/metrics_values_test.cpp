// What can be logged.

#include <sferic/metrics/metrics.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>

#include "metrics/support.hpp"

namespace sferic {
namespace {

using test::message_of;

TEST(Metrics, NeedANameAndOneElement) {
  Metrics metrics;
  EXPECT_THROW(metrics.log("", 1.0), std::invalid_argument);
  EXPECT_EQ(message_of([&] { metrics.log("x", torch::zeros({2, 3})); }),
            "log(`x`): the value must be a tensor of one element, but has 6");
  EXPECT_THROW(metrics.log("x", torch::zeros({0})), std::invalid_argument);
  EXPECT_THROW(metrics.log("x", torch::Tensor()), std::invalid_argument);
  EXPECT_TRUE(metrics.all().empty());
}

TEST(Metrics, TakeTensorsOfOneElementOfAnyShapeAndType) {
  Metrics metrics;
  metrics.log("double", torch::tensor(0.1, torch::kDouble));
  metrics.log("float", torch::full({1, 1}, 0.1f));
  metrics.log("half", torch::tensor(0.5, torch::kHalf));
  metrics.log("int", torch::tensor(std::int64_t{1} << 50));
  metrics.log("bool", torch::tensor(true));
  EXPECT_EQ(metrics.at("double"), 0.1);
  EXPECT_EQ(metrics.at("float"), static_cast<double>(0.1f));
  EXPECT_EQ(metrics.at("half"), 0.5);
  EXPECT_EQ(metrics.at("int"), static_cast<double>(std::int64_t{1} << 50));
  EXPECT_EQ(metrics.at("bool"), 1);
}

TEST(Metrics, TakeNumbersOfAnyType) {
  Metrics metrics;
  metrics.log("int", 3);
  metrics.log("float", 0.5f);
  metrics.log("count", std::size_t{7});
  EXPECT_EQ(metrics.at("int") + metrics.at("float") + metrics.at("count"), 10.5);
}

TEST(Metrics, KeepNoGraphAlive) {
  auto weight = torch::ones(1, torch::requires_grad());
  bool freed = false;
  Metrics metrics;
  {
    auto const held = std::shared_ptr<int>(new int(0), [&](int* gone) {
      freed = true;
      delete gone;
    });
    auto loss = weight * 2;
    loss.register_hook([held](torch::Tensor const&) {});
    metrics.log("x", loss);
  }
  EXPECT_TRUE(freed);
  EXPECT_EQ(metrics.at("x"), 2);
}

TEST(Metrics, TakeNaN) {
  Metrics metrics;
  metrics.log("x", std::numeric_limits<double>::quiet_NaN());
  EXPECT_TRUE(std::isnan(metrics.at("x")));
}

}  // namespace
}  // namespace sferic
