#include <sferic/media/to_histogram.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "support/numbers.hpp"

namespace sferic::test {
namespace {

using Counts = std::vector<std::int64_t>;

TEST(ToHistogramTest, CountsTheValuesOfEachBucket) {
  auto const histogram = to_histogram(torch::tensor({{1.0, 1.5, 2.0}, {3.0, 4.0, 5.0}}), 4);
  EXPECT_EQ(histogram.min, 1);
  EXPECT_EQ(histogram.max, 5);
  EXPECT_EQ(histogram.sum, 16.5);
  EXPECT_EQ(histogram.sum_of_squares, 1 + 2.25 + 4 + 9 + 16 + 25);
  EXPECT_EQ(histogram.limits, (std::vector<double>{2, 3, 4, 5}));
  EXPECT_EQ(histogram.counts, (Counts{2, 1, 1, 2}));
}

TEST(ToHistogramTest, HasSixtyFourBucketsByDefault) {
  auto const histogram = to_histogram(torch::randn({1000}));
  EXPECT_EQ(histogram.limits.size(), 64u);
  EXPECT_EQ(std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::int64_t{0}),
            1000);
}

TEST(ToHistogramTest, HasOneBucketForEqualValues) {
  auto const histogram = to_histogram(torch::full({3}, 2.5));
  EXPECT_EQ(histogram.limits, std::vector<double>{2.5});
  EXPECT_EQ(histogram.counts, Counts{3});
}

TEST(ToHistogramTest, LeavesOutWhatIsNotFinite) {
  auto const histogram = to_histogram(torch::tensor({1.0, kNaN, kInfinity, 2.0, -kInfinity}), 2);
  EXPECT_EQ(histogram.counts, (Counts{1, 1}));
  EXPECT_TRUE(to_histogram(torch::full({2}, kNaN)).limits.empty());
  EXPECT_TRUE(to_histogram(torch::empty({0})).limits.empty());
}

TEST(ToHistogramTest, TakesIntegersAndBools) {
  EXPECT_EQ(to_histogram(torch::tensor({1, 2, 2}), 2).counts, (Counts{1, 2}));
  EXPECT_EQ(to_histogram(torch::tensor({true, false, true}), 2).counts, (Counts{1, 2}));
}

TEST(ToHistogramTest, TakesSparseTensorsWithTheirZeros) {
  auto const sparse = torch::tensor({0.0, 0.0, 1.0}).to_sparse();
  EXPECT_EQ(to_histogram(sparse, 2).counts, (Counts{2, 1}));
}

TEST(ToHistogramTest, RefusesNoBucketsAndComplexNumbers) {
  EXPECT_THROW(to_histogram(torch::zeros({2}), 0), std::invalid_argument);
  EXPECT_THROW(to_histogram(torch::zeros({2}, torch::kComplexFloat)), std::invalid_argument);
  EXPECT_THROW(to_histogram({}), std::invalid_argument);
}

}  // namespace
}  // namespace sferic::test
