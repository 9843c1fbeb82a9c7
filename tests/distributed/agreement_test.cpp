// What the ranks have to agree on, and what each of them does.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "distributed/support.hpp"

namespace {

using namespace sferic::test;
namespace fs = std::filesystem;

std::vector<Tensors> run_two(std::string const& scenario) { return run_ranks(scenario, 2); }

TEST(RanksTest, EventsTellRankAndWorldSizeAndHandlersOfRankZeroAreCalledThere) {
  auto const ranks = run_ranks("ranks", 3);
  EXPECT_EQ(numbers_of(ranks[0][0]), (std::vector<double>{0, 3, 4}));
  EXPECT_EQ(numbers_of(ranks[1][0]), (std::vector<double>{1, 3, 0}));
  EXPECT_EQ(numbers_of(ranks[2][0]), (std::vector<double>{2, 3, 0}));
}

TEST(RanksTest, AStopOfOneRankStopsAllAfterTheSameStepForItsReason) {
  for (auto const& rank : run_two("stop"))
    EXPECT_EQ(numbers_of(rank[0]), (std::vector<double>{4, 1}));
}

TEST(RanksTest, AnEpochEndsForAllWhereOneRankEndsIt) {
  auto const ranks = run_two("end_epoch");
  for (auto const& rank : ranks) EXPECT_EQ(numbers_of(rank[0]), (std::vector<double>{6}));
  EXPECT_TRUE(torch::equal(ranks[0][1], ranks[1][1]));
}

TEST(RanksTest, EarlyStoppingOfOneRankStopsAll) {
  for (auto const& rank : run_two("early_stopping")) {
    EXPECT_EQ(numbers_of(rank[0]), (std::vector<double>{4}));
  }
}

TEST(RanksTest, LoadersOfUnknownLengthEndWithTheFirst) {
  auto const ranks = run_two("functions");
  for (auto const& rank : ranks) EXPECT_EQ(numbers_of(rank[0]), (std::vector<double>{2}));
  EXPECT_TRUE(torch::equal(ranks[0][1], ranks[1][1]));
}

TEST(RanksTest, BuffersAreRankZeros) {
  auto const ranks = run_two("buffers");
  EXPECT_TRUE(torch::equal(ranks[0][0], ranks[1][0]));
  EXPECT_EQ(numbers_of(ranks[0][1]), numbers_of(ranks[1][1]));
  EXPECT_TRUE(torch::equal(ranks[0][2], ranks[1][2]));
}

TEST(RanksTest, ParametersThatBeginToLearnAreReducedToo) {
  auto const one = run_ranks("new_parameters", 1);
  for (auto const& rank : run_two("new_parameters")) expect_close(rank, one[0]);
}

TEST(RanksTest, EachSampleIsPredictedOnce) {
  TemporaryFolder const folder;
  auto const ranks = run_ranks("predict", 2, folder.path());
  EXPECT_EQ(ranks[0][0].numel(), 4);
  EXPECT_EQ(ranks[1][0].numel(), 3);
  auto const all = std::get<0>(torch::cat({ranks[0][0], ranks[1][0]}).sort());
  EXPECT_TRUE(torch::equal(all, std::get<0>(samples(7).data.slice(1, 0, 1).flatten().sort())));
  EXPECT_TRUE(fs::exists(folder.path() / "predictions" / "rank_0" / "0" / "1.pt"));
  EXPECT_TRUE(fs::exists(folder.path() / "predictions" / "rank_1" / "0" / "1.pt"));
}

TEST(RanksTest, ValuesAreReducedAsTheirOptionsSay) {
  auto const ranks = run_ranks("values_by_step", 3);
  EXPECT_EQ(numbers_of(ranks[0][0]), (std::vector<double>{1, 3, 0, 2, 0, 48}));
  EXPECT_EQ(numbers_of(ranks[2][0]), (std::vector<double>{1, 3, 0, 2, 2, 48}));
}

TEST(RanksTest, LearningRatesAreRankZeros) {
  auto const ranks = run_two("plateau");
  EXPECT_EQ(numbers_of(ranks[0][0]), (std::vector<double>{0.025}));
  EXPECT_EQ(numbers_of(ranks[1][0]), (std::vector<double>{0.025}));
  EXPECT_TRUE(torch::equal(ranks[0][1], ranks[1][1]));
}

TEST(RanksTest, EachRankAndBatchHasRandomNumbersOfItsOwn) {
  auto const ranks = run_ranks("random", 3);
  auto all = numbers_of(torch::cat({ranks[0][0], ranks[1][0], ranks[2][0]}));
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  EXPECT_TRUE(torch::equal(ranks[2][0], run_ranks("random", 3)[2][0]));
}

TEST(RanksTest, ParametersThatARankLeavesOutAreFoundWhereTheOptionsSay) {
  for (auto const* const scenario : {"found_unused", "found_unused_in_windows"}) {
    auto const ranks = run_two(scenario);
    EXPECT_TRUE(torch::equal(ranks[0][0], ranks[1][0])) << scenario;
    EXPECT_EQ(numbers_of(ranks[0][1]), (std::vector<double>{1})) << scenario;
    EXPECT_EQ(numbers_of(ranks[1][1]), (std::vector<double>{1})) << scenario;
  }
}

TEST(RankZeroTest, WritesLogsCheckpointsAndTheProgressBarForAll) {
  TemporaryFolder const folder;
  RankProcesses processes({SFERIC_RANK_TRAINING, "files", folder.path().string()}, 2,
                          folder.path());
  auto const ended = processes.wait();
  ASSERT_EQ(ended[0].code, 0) << ended[0].error;
  ASSERT_EQ(ended[1].code, 0) << ended[1].error;
  std::vector<Tensors> ranks(2);
  torch::load(ranks[0], (folder.path() / "0.pt").string());
  torch::load(ranks[1], (folder.path() / "1.pt").string());
  EXPECT_GT(numbers_of(ranks[0][0])[0], 0);
  EXPECT_EQ(numbers_of(ranks[1][0])[0], 0);
  EXPECT_EQ(numbers_of(ranks[0][0])[1], 1);
  EXPECT_EQ(numbers_of(ranks[1][0])[1], 1) << "rank one doesn't know the best checkpoint";
  EXPECT_TRUE(torch::equal(ranks[0][1], ranks[1][1]));

  EXPECT_NE(ended[0].error.find("Epoch 2/2"), std::string::npos) << ended[0].error;
  EXPECT_EQ(ended[1].error, "");
  auto const runs = fs::directory_iterator(folder.path() / "log");
  EXPECT_EQ(std::distance(begin(runs), end(runs)), 1);
  std::ifstream table(folder.path() / "log" / "version_0" / "metrics.csv");
  EXPECT_GT(std::count(std::istreambuf_iterator<char>(table), {}, '\n'), 4);
}

}  // namespace
