// An error of one rank ends them all, soon and with that error.

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "distributed/support.hpp"

namespace {

using namespace sferic::test;

std::vector<Ended> run(std::string const& scenario, int ranks) {
  TemporaryFolder const folder;
  RankProcesses processes({SFERIC_RANK_TRAINING, scenario, folder.path().string()}, ranks,
                          folder.path());
  return processes.wait();
}

void expect_all_end(std::string const& scenario, int ranks, std::string const& error) {
  for (auto const& ended : run(scenario, ranks)) {
    EXPECT_EQ(ended.code, 1) << scenario;
    EXPECT_NE(ended.error.find(error), std::string::npos) << scenario << ": " << ended.error;
  }
}

TEST(RankFailureTest, AnErrorOfAHandlerEndsAllRanks) {
  for (auto const* const place :
       {"throw_at_batch_start", "throw_after_backward", "throw_at_batch_end", "throw_in_validation",
        "throw_at_epoch_end"}) {
    expect_all_end(place, 2, "the last rank has had it");
  }
}

TEST(RankFailureTest, TheOthersSayWhoseErrorItWas) {
  auto const ended = run("throw_after_backward", 3);
  std::string const told = "rank 2 has ended the training: the last rank has had it";
  EXPECT_NE(ended[0].error.find(told), std::string::npos) << ended[0].error;
  EXPECT_NE(ended[1].error.find(told), std::string::npos) << ended[1].error;
  EXPECT_EQ(ended[2].error, "ended by: the last rank has had it\n");
}

TEST(RankFailureTest, AnErrorOfRankZeroReachesTheOthersThoughItKeepsTheStore) {
  expect_all_end("throw_on_rank_zero", 2, "zero has had it");
}

TEST(RankFailureTest, NothingIsSavedWithoutTheOthersPart) {
  TemporaryFolder const folder;
  RankProcesses processes({SFERIC_RANK_TRAINING, "throw_before_saving", folder.path().string()}, 2,
                          folder.path());
  auto const ended = processes.wait();
  EXPECT_NE(ended[0].error.find("of_one.ckpt` is not saved: the other ranks' part is missing"),
            std::string::npos)
      << ended[0].error;
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "of_one.ckpt"));
}

TEST(RankFailureTest, AnErrorOfAllRanksIsEachOnesOwn) {
  expect_all_end("throw_everywhere", 2, "all have had it");
}

TEST(RankFailureTest, AKilledRankEndsTheOthersAtOnce) {
  auto const ended = run("killed", 3);
  for (std::size_t rank = 0; rank < 2; ++rank) {
    EXPECT_EQ(ended[rank].code, 1);
    EXPECT_NE(ended[rank].error.find("has lost another one"), std::string::npos)
        << ended[rank].error;
    EXPECT_EQ(ended[rank].error.find("Timed out"), std::string::npos) << ended[rank].error;
  }
  EXPECT_EQ(ended[2].code, -1);
}

TEST(RankFailureTest, ARankThatIsKilledWhileItWaitsIsAnErrorOfTheOthers) {
  auto const ended = run("killed_while_it_waits", 2);
  EXPECT_EQ(ended[0].code, 1);
  EXPECT_NE(ended[0].error.find("has lost another one"), std::string::npos) << ended[0].error;
  EXPECT_EQ(ended[1].code, -1);
}

TEST(RankFailureTest, ASilentRankEndsTheOthersWhenTheTimeIsOver) {
  auto const ended = run("silent", 2);
  EXPECT_EQ(ended[0].code, 1);
  EXPECT_NE(ended[0].error.find("took longer than 10 s"), std::string::npos) << ended[0].error;
  EXPECT_EQ(ended[1].code, 1);
}

TEST(RankFailureTest, ASignalToOneRankInterruptsAll) {
  TemporaryFolder const folder;
  RankProcesses processes({SFERIC_RANK_TRAINING, "wait", folder.path().string()}, 2, folder.path());
  while (!std::filesystem::exists(folder.path() / "begun_1")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  processes.signal(1, SIGTERM);
  for (auto const& ended : processes.wait()) {
    EXPECT_EQ(ended.error, "ended by: interrupted by SIGTERM\n");
  }
}

TEST(RankFailureTest, ModulesThatAreNotAlikeAreRefused) {
  expect_all_end("other_module", 2, "the module of rank 1 is not that of rank 0: `more.weight");
}

TEST(RankFailureTest, SkippingABatchIsRefused) {
  expect_all_end("skip", 2, "skip_batch() was called where several processes train together");
}

TEST(RankFailureTest, AStepWithoutALossIsRefused) {
  expect_all_end("no_loss", 2, "training_step returned no loss");
}

TEST(RankFailureTest, ParametersThatAreLeftOutAreRefusedUnlessTheOptionsSay) {
  expect_all_end("unused", 2, "find_unused_parameters");
}

TEST(RankFailureTest, ALoaderThatEndsBeforeItsSizeIsRefused) {
  expect_all_end("short_loader", 2,
                 "the training loader of rank 1 has ended after 3 batches, though its size tells "
                 "of 5");
}

}  // namespace
