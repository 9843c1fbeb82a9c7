#include <sferic/trainer/tensor_loader.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace sferic {
namespace {

using Numbers = std::vector<std::int64_t>;
using Sizes = std::vector<std::int64_t>;

/// A loader of the samples 0, 1, ... whose targets are ten times as large.
TensorLoader paired(std::int64_t samples, TensorLoaderOptions options) {
  auto const data = torch::arange(samples);
  return TensorLoader(data, data * 10, options);
}

Numbers pass(TensorLoader& loader) {
  Numbers numbers;
  for (torch::data::Example<> const& batch : loader) {
    EXPECT_TRUE(batch.target.equal(batch.data * 10));
    for (std::int64_t i = 0; i < batch.data.size(0); ++i) {
      numbers.push_back(batch.data[i].item<std::int64_t>());
    }
  }
  return numbers;
}

Sizes sizes(TensorLoader& loader) {
  Sizes sizes;
  for (auto const& batch : loader) sizes.push_back(batch.data.size(0));
  return sizes;
}

Numbers sorted(Numbers numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Numbers counted(std::int64_t samples) {
  Numbers numbers(static_cast<std::size_t>(samples));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

TEST(TensorLoader, VisitsTheSamplesInTheirOrder) {
  auto loader = paired(10, {.batch_size = 4});
  EXPECT_EQ(pass(loader), counted(10));
  EXPECT_EQ(pass(loader), counted(10));
}

TEST(TensorLoader, EndsWithAShortBatch) {
  auto loader = paired(10, {.batch_size = 4});
  EXPECT_EQ(loader.size(), 3u);
  EXPECT_EQ(sizes(loader), (Sizes{4, 4, 2}));
}

TEST(TensorLoader, LeavesOutAShortBatchOnRequest) {
  auto loader = paired(10, {.batch_size = 4, .drop_last = true});
  EXPECT_EQ(loader.size(), 2u);
  EXPECT_EQ(sizes(loader), (Sizes{4, 4}));
  auto even = paired(8, {.batch_size = 4, .drop_last = true});
  EXPECT_EQ(sizes(even), (Sizes{4, 4}));
}

TEST(TensorLoader, HasNoBatchesWhereTheOnlyOneIsShortAndLeftOut) {
  auto loader = paired(3, {.batch_size = 4, .drop_last = true});
  EXPECT_EQ(loader.size(), 0u);
  EXPECT_EQ(sizes(loader), Sizes());
}

TEST(TensorLoader, MayHaveNoSamples) {
  auto loader = paired(0, {.shuffle = true});
  EXPECT_EQ(loader.size(), 0u);
  EXPECT_EQ(sizes(loader), Sizes());
}

TEST(TensorLoader, ShufflesEachPassDifferentlyAndVisitsEachSampleOnce) {
  auto loader = paired(50, {.batch_size = 8, .shuffle = true});
  auto const first = pass(loader);
  auto const second = pass(loader);
  EXPECT_NE(first, counted(50));
  EXPECT_NE(first, second);
  EXPECT_EQ(sorted(first), counted(50));
  EXPECT_EQ(sorted(second), counted(50));
}

TEST(TensorLoader, ShufflesBySeedAndEpochAlone) {
  auto one = paired(50, {.batch_size = 8, .shuffle = true, .seed = 3});
  auto other = paired(50, {.batch_size = 5, .shuffle = true, .seed = 3});
  auto third = paired(50, {.batch_size = 8, .shuffle = true, .seed = 4});
  auto const first = pass(one);
  auto const second = pass(one);
  torch::manual_seed(99);
  EXPECT_EQ(pass(other), first);
  EXPECT_NE(pass(third), first);

  other.set_epoch(0);
  EXPECT_EQ(pass(other), first);
  EXPECT_EQ(pass(other), second);
  one.set_epoch(1);
  EXPECT_EQ(pass(one), second);
}

TEST(TensorLoader, DoesNotRepeatTheEpochsOfTheNextSeed) {
  auto one = paired(50, {.shuffle = true, .seed = 3});
  auto next = paired(50, {.shuffle = true, .seed = 4});
  pass(one);
  EXPECT_NE(pass(one), pass(next));
}

TEST(TensorLoader, DrawsNothingFromTheGlobalGenerator) {
  torch::manual_seed(5);
  auto const expected = torch::rand(3);
  torch::manual_seed(5);
  auto loader = paired(20, {.shuffle = true});
  pass(loader);
  EXPECT_TRUE(torch::rand(3).equal(expected));
}

TEST(TensorLoader, LeavesOutOtherSamplesInEachPass) {
  auto loader = paired(9, {.batch_size = 5, .shuffle = true, .drop_last = true});
  Numbers seen;
  for (int epoch = 0; epoch < 20; ++epoch) {
    for (auto const number : pass(loader)) seen.push_back(number);
  }
  EXPECT_EQ(seen.size(), 100u);
  seen = sorted(seen);
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  EXPECT_EQ(seen, counted(9));
}

TEST(TensorLoader, GivesViewsWithoutShuffling) {
  auto const data = torch::zeros({6, 2});
  auto const target = torch::zeros({6});
  TensorLoader loader(data, target, {.batch_size = 4});
  std::int64_t first = 0;
  for (auto const& batch : loader) {
    EXPECT_EQ(batch.data.data_ptr(), data[first].data_ptr());
    EXPECT_EQ(batch.target.data_ptr(), target[first].data_ptr());
    first += 4;
  }
}

TEST(TensorLoader, GivesCopiesWhenShuffling) {
  auto const data = torch::zeros({6, 2});
  TensorLoader loader(data, data, {.batch_size = 6, .shuffle = true});
  for (auto const& batch : loader) batch.data.fill_(1);
  EXPECT_EQ(data.sum().item<double>(), 0);
}

TEST(TensorLoader, MayBeInSeveralPassesAtOnce) {
  auto loader = paired(4, {.batch_size = 2, .shuffle = true});
  auto first = loader.begin();
  auto second = loader.begin();
  ++first;
  EXPECT_FALSE(second == loader.end());
  ++first;
  EXPECT_TRUE(first == loader.end());
  EXPECT_EQ((*second).data.size(0), 2);
}

TEST(TensorLoader, LeapsOverBatches) {
  TensorLoader loader(torch::arange(10), torch::arange(10), {.batch_size = 2, .shuffle = true});
  loader.set_epoch(3);
  auto step = loader.begin();
  loader.set_epoch(3);
  auto leap = loader.begin();
  ++step;
  ++step;
  ++step;
  leap += 3;
  EXPECT_TRUE(torch::equal((*step).data, (*leap).data));
  leap += 9;
  EXPECT_TRUE(leap == loader.end());
}

std::string message_of(TensorLoaderOptions options, torch::Tensor const& data = torch::zeros(4),
                       torch::Tensor const& target = torch::zeros(4)) {
  try {
    TensorLoader(data, target, options);
  } catch (std::invalid_argument const& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(TensorLoader, NamesAnOptionThatIsOutOfRange) {
  EXPECT_EQ(message_of({.batch_size = 0}), "batch_size must be >= 1, but got 0");
  EXPECT_EQ(message_of({.batch_size = -3}), "batch_size must be >= 1, but got -3");
}

TEST(TensorLoader, RefusesTensorsThatDoNotFit) {
  EXPECT_EQ(message_of({}, torch::zeros({4, 2}), torch::zeros(3)),
            "data and target must have the same number of samples, but have 4 and 3");
  EXPECT_EQ(message_of({}, torch::tensor(1.0)),
            "data must be a tensor with a first dimension of samples");
  EXPECT_EQ(message_of({}, torch::zeros(4), torch::Tensor()),
            "target must be a tensor with a first dimension of samples");
}

}  // namespace
}  // namespace sferic
