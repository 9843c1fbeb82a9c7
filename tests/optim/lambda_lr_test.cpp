#include <sferic/optim/lambda_lr.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "optim/support.hpp"

namespace sferic::test {
namespace {

TEST(LambdaLR, AppliesTheFactorOfZeroAtOnce) {
  auto optimizer = sgd({8});
  LambdaLR const scheduler(optimizer, [](std::int64_t count) { return count == 0 ? 0.25 : 1; });
  EXPECT_EQ(rate_of(optimizer), 2);
}

TEST(LambdaLR, MultipliesTheFirstRateAndNotTheLastOne) {
  auto optimizer = sgd({8});
  LambdaLR scheduler(optimizer, [](std::int64_t count) { return count % 2 == 0 ? 1 : 0.5; });
  std::vector<double> rates;
  for (int i = 0; i < 4; ++i) {
    scheduler.step();
    rates.push_back(rate_of(optimizer));
  }
  EXPECT_EQ(rates, (std::vector<double>{4, 8, 4, 8}));
}

TEST(LambdaLR, TellsTheFactorHowOftenItWasStepped) {
  auto optimizer = sgd();
  std::vector<std::int64_t> counts;
  LambdaLR scheduler(optimizer, [&](std::int64_t count) {
    counts.push_back(count);
    return 1.0;
  });
  scheduler.step();
  scheduler.step();
  EXPECT_EQ(counts, (std::vector<std::int64_t>{0, 1, 2}));
}

TEST(LambdaLR, WarmsUp) {
  auto optimizer = sgd({0.5});
  LambdaLR scheduler(optimizer, [](std::int64_t count) {
    return std::min(1.0, static_cast<double>(count + 1) / 4);
  });
  std::vector<double> rates{rate_of(optimizer)};
  for (int i = 0; i < 4; ++i) {
    scheduler.step();
    rates.push_back(rate_of(optimizer));
  }
  EXPECT_EQ(rates, (std::vector<double>{0.125, 0.25, 0.375, 0.5, 0.5}));
}

TEST(LambdaLR, KeepsTheRatioOfTheGroups) {
  auto optimizer = sgd({8, 2});
  LambdaLR scheduler(optimizer,
                     [](std::int64_t count) { return 1 / static_cast<double>(count + 1); });
  scheduler.step();
  EXPECT_EQ(rate_of(optimizer, 0), 4);
  EXPECT_EQ(rate_of(optimizer, 1), 1);
}

TEST(LambdaLR, LeavesGroupsAloneThatAreAddedLater) {
  auto optimizer = sgd({8});
  LambdaLR scheduler(optimizer, [](std::int64_t) { return 0.5; });
  optimizer.add_param_group(torch::optim::OptimizerParamGroup(
      {torch::zeros({1})}, std::make_unique<torch::optim::SGDOptions>(3)));
  scheduler.step();
  EXPECT_EQ(rate_of(optimizer, 0), 4);
  EXPECT_EQ(rate_of(optimizer, 1), 3);
}

TEST(LambdaLR, RefusesAnEmptyFactor) {
  auto optimizer = sgd();
  EXPECT_EQ(message_of<std::invalid_argument>([&] { LambdaLR(optimizer, {}); }),
            "factor of LambdaLR must not be empty");
}

}  // namespace
}  // namespace sferic::test
