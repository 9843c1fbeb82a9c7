#include <sferic/metrics/accumulator.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>

namespace sferic::detail {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Accumulator, HasNoValueBeforeTheFirstOne) {
  for (auto const reduce : {Reduce::kMean, Reduce::kSum, Reduce::kMin, Reduce::kMax}) {
    EXPECT_EQ(Accumulator(reduce).value(), std::nullopt);
  }
}

TEST(Accumulator, WeighsTheValuesOfAMean) {
  Accumulator mean(Reduce::kMean);
  mean.add(1.0, 3);
  mean.add(5.0, 1);
  EXPECT_EQ(mean.value(), 2);
}

TEST(Accumulator, WeighsNothingButMeans) {
  Accumulator sum(Reduce::kSum);
  Accumulator min(Reduce::kMin);
  Accumulator max(Reduce::kMax);
  for (double const value : {2.0, -1.0, 4.0}) {
    sum.add(value, 8);
    min.add(value, 8);
    max.add(value, 8);
  }
  EXPECT_EQ(sum.value(), 5);
  EXPECT_EQ(min.value(), -1);
  EXPECT_EQ(max.value(), 4);
}

TEST(Accumulator, ReducesTensorsAsNumbers) {
  for (auto const reduce : {Reduce::kMean, Reduce::kSum, Reduce::kMin, Reduce::kMax}) {
    Accumulator numbers(reduce);
    Accumulator tensors(reduce);
    double weight = 1;
    for (double const value : {2.0, -1.5, 4.0}) {
      numbers.add(value, weight);
      tensors.add(torch::tensor(value, torch::kDouble), weight);
      ++weight;
    }
    EXPECT_EQ(tensors.value(), numbers.value());
  }
}

TEST(Accumulator, JoinsNumbersAndTensors) {
  Accumulator mean(Reduce::kMean);
  mean.add(1.0, 1);
  mean.add(torch::tensor(3.0), 3);
  EXPECT_EQ(mean.value(), 2.5);
  Accumulator min(Reduce::kMin);
  min.add(1.0, 1);
  min.add(torch::tensor(-3.0), 1);
  EXPECT_EQ(min.value(), -3);
}

TEST(Accumulator, LetsNaNWinEverywhere) {
  for (auto const reduce : {Reduce::kMean, Reduce::kSum, Reduce::kMin, Reduce::kMax}) {
    for (bool const first : {true, false}) {
      Accumulator numbers(reduce);
      Accumulator tensors(reduce);
      for (double const value : {first ? kNan : 1.0, 2.0, first ? 1.0 : kNan, 3.0}) {
        numbers.add(value, 1);
        tensors.add(torch::tensor(value), 1);
      }
      EXPECT_TRUE(std::isnan(numbers.value().value()));
      EXPECT_TRUE(std::isnan(tensors.value().value()));
    }
  }
}

TEST(Accumulator, AddsSmallTypesWithoutTheirRounding) {
  Accumulator halves(Reduce::kMean);
  Accumulator integers(Reduce::kMean);
  Accumulator bytes(Reduce::kSum);
  for (int i = 0; i < 100; ++i) {
    halves.add(torch::tensor(3.0, torch::kHalf), 1000);  // a half ends at 65504
    integers.add(torch::tensor(16777217), 1);            // a float knows 2^24 and 2^24 + 2
    bytes.add(torch::tensor(200, torch::kByte), 1);
  }
  EXPECT_EQ(halves.value(), 3);
  EXPECT_EQ(integers.value(), 16777217);
  EXPECT_EQ(bytes.value(), 20000);
}

}  // namespace
}  // namespace sferic::detail
