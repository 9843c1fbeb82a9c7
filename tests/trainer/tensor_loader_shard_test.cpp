#include <sferic/trainer/tensor_loader.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "support/message_of.hpp"

namespace sferic {
namespace {

TensorLoader numbered(std::int64_t samples, TensorLoaderOptions options) {
  auto const numbers = torch::arange(samples, torch::kLong);
  return TensorLoader(numbers, numbers, options);
}

std::vector<std::int64_t> numbers_in(torch::Tensor const& tensor) {
  auto const whole = tensor.contiguous();
  auto const* const data = whole.data_ptr<std::int64_t>();
  return {data, data + whole.numel()};
}

/// The samples of a pass of each rank.
std::vector<std::vector<std::int64_t>> shares(std::int64_t samples, std::int64_t ranks,
                                              TensorLoaderOptions options, bool even = true) {
  std::vector<std::vector<std::int64_t>> all;
  for (std::int64_t rank = 0; rank < ranks; ++rank) {
    auto loader = numbered(samples, options);
    loader.set_shard(rank, ranks, even);
    auto& share = all.emplace_back();
    std::size_t batches = 0;
    for (auto const& batch : loader) {
      for (auto const number : numbers_in(batch.data)) share.push_back(number);
      EXPECT_TRUE(torch::equal(batch.data, batch.target));
      ++batches;
    }
    EXPECT_EQ(batches, loader.size());
  }
  return all;
}

using Shares = std::vector<std::vector<std::int64_t>>;

TEST(TensorLoaderShard, EachRankTakesEveryNthSample) {
  EXPECT_EQ(shares(6, 2, {.batch_size = 2}), (Shares{{0, 2, 4}, {1, 3, 5}}));
}

TEST(TensorLoaderShard, SamplesOfTheBeginningFillUpTheEnd) {
  EXPECT_EQ(shares(7, 3, {.batch_size = 2}), (Shares{{0, 3, 6}, {1, 4, 0}, {2, 5, 1}}));
  EXPECT_EQ(shares(2, 5, {}), (Shares{{0}, {1}, {0}, {1}, {0}}));
}

TEST(TensorLoaderShard, DropLastLeavesTheTailOut) {
  EXPECT_EQ(shares(11, 2, {.batch_size = 2, .drop_last = true}),
            (Shares{{0, 2, 4, 6}, {1, 3, 5, 7}}));
}

TEST(TensorLoaderShard, AnEvaluationTakesEachSampleOnce) {
  EXPECT_EQ(shares(7, 3, {.batch_size = 2}, false), (Shares{{0, 3, 6}, {1, 4}, {2, 5}}));
  EXPECT_EQ(shares(1, 3, {}, false), (Shares{{0}, {}, {}}));
  EXPECT_EQ(shares(0, 2, {}), (Shares{{}, {}}));
}

TEST(TensorLoaderShard, ShuffledBatchesOfAllRanksAreThoseOfOneProcess) {
  auto const whole = shares(12, 1, {.shuffle = true, .seed = 3})[0];
  auto const two = shares(12, 2, {.shuffle = true, .seed = 3});
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(two[i % 2][i / 2], whole[i]);
}

TEST(TensorLoaderShard, APassThatIsUnderWayKeepsItsShare) {
  auto loader = numbered(7, {.batch_size = 1});
  loader.set_shard(1, 2);
  auto pass = loader.begin();
  loader.set_shard(1, 2, /*even=*/false);
  int batches = 0;
  for (; pass != loader.end(); ++pass) ++batches;
  EXPECT_EQ(batches, 4);
  EXPECT_EQ(loader.size(), 3u);
}

TEST(TensorLoaderShard, RefusesARankThatIsNone) {
  auto loader = numbered(4, {});
  auto const message = [&](std::int64_t rank, std::int64_t size) {
    return test::message_of<std::invalid_argument>([&] { loader.set_shard(rank, size); });
  };
  EXPECT_EQ(message(2, 2), "rank must be >= 0 and below world_size, but they are 2 and 2");
  EXPECT_EQ(message(0, 0), "rank must be >= 0 and below world_size, but they are 0 and 0");
}

}  // namespace
}  // namespace sferic
