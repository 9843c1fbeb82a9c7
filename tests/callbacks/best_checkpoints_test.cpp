#include <sferic/callbacks/detail/best_checkpoints.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/numbers.hpp"

namespace sferic::test {
namespace {

using detail::BestCheckpoints;

TEST(BestCheckpointsTest, TakesAllUntilTheyAreKAndThenOnlyBetterOnes) {
  BestCheckpoints best(/*smaller_is_better=*/true, 2);
  EXPECT_TRUE(best.takes(9));
  best.put("a", 3);
  EXPECT_EQ(best.kth().path, "");
  EXPECT_EQ(best.kth().score, std::numeric_limits<double>::infinity());
  best.put("b", 1);
  EXPECT_EQ(best.kth().path, "a");
  EXPECT_EQ(best.best()->path, "b");
  EXPECT_FALSE(best.takes(3));
  EXPECT_FALSE(best.takes(kNaN));
  EXPECT_TRUE(best.takes(2.5));
  EXPECT_EQ(best.make_room()->path, "a");
}

TEST(BestCheckpointsTest, TakesLargerOnesForBetterIfItIsTold) {
  BestCheckpoints best(/*smaller_is_better=*/false, 1);
  best.put("a", 3);
  EXPECT_FALSE(best.takes(2));
  EXPECT_TRUE(best.takes(4));
  EXPECT_EQ(best.worst_score(), -std::numeric_limits<double>::infinity());
}

TEST(BestCheckpointsTest, TakesTheOlderOfEqualOnesForTheBestAndForTheNextToGo) {
  BestCheckpoints best(true, 3);
  for (auto const* const path : {"a", "b", "c"}) best.put(path, 1);
  EXPECT_EQ(best.best()->path, "a");
  EXPECT_EQ(best.kth().path, "a");
}

TEST(BestCheckpointsTest, KeepsAllOrNone) {
  BestCheckpoints all(true, -1);
  for (int i = 0; i < 9; ++i) {
    EXPECT_TRUE(all.takes(i));
    EXPECT_EQ(all.make_room(), std::nullopt);
    all.put(std::to_string(i), i);
  }
  EXPECT_EQ(all.kth().path, "8");
  EXPECT_FALSE(BestCheckpoints(true, 0).takes(1));
}

TEST(BestCheckpointsTest, GivesAPathAnotherScoreInItsPlace) {
  BestCheckpoints best(true, 2);
  best.put("a", 3);
  EXPECT_EQ(best.put("a", 2), 3);
  EXPECT_EQ(best.all().size(), 1u);
  EXPECT_EQ(best.put("b", 4), std::nullopt);
  EXPECT_EQ(best.kth().path, "b");
}

TEST(BestCheckpointsTest, IsAfterAnErasureWhatItWasBefore) {
  BestCheckpoints best(true, 2);
  best.put("a", 3);
  best.put("b", 2);
  auto const removed = *best.make_room();
  best.put("c", 1);
  best.erase("c");
  EXPECT_EQ(best.kth().path, "");
  best.put(removed.path, removed.score);
  EXPECT_EQ(best.kth().path, "a");
  EXPECT_EQ(best.best()->path, "b");
}

TEST(BestCheckpointsTest, MakesRoomAmongThoseOfALargerK) {
  BestCheckpoints best(true, 1);
  best.restore({{"a", 1}, {"b", 3}, {"c", 2}}, {"gone", 3});
  EXPECT_EQ(best.make_room()->path, "b");
  best.put("d", 0);
  EXPECT_EQ(best.kth().path, "c");
}

}  // namespace
}  // namespace sferic::test
