#include <sferic/training_bus/rank_zero.hpp>

#include <gtest/gtest.h>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

TEST(RankZero, IsWhereOneProcessTrains) {
  Net net;
  auto const data = batches(4);
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  int all = 0, of_zero = 0, filtered = 0;
  trainer.on<event::TrainBatchEnd>([&](auto const& e) {
    EXPECT_EQ(e.progress.rank, 0);
    EXPECT_EQ(e.progress.world_size, 1);
    ++all;
  });
  trainer.on<event::TrainBatchEnd>(rank_zero(), [&](auto const&) { ++of_zero; });
  trainer.on<event::TrainBatchEnd>(rank_zero() | every(2), [&](auto const&) { ++filtered; });
  trainer.fit(net, data);
  EXPECT_EQ(all, 4);
  EXPECT_EQ(of_zero, 4);
  EXPECT_EQ(filtered, 2);
}

TEST(RankZero, KeepsEventsOfOtherRanksBack) {
  struct Event {
    Progress progress;
  };
  auto filter = rank_zero();
  EXPECT_TRUE(filter(Event{}));
  EXPECT_FALSE(filter(Event{{.rank = 1, .world_size = 2}}));
}

}  // namespace
}  // namespace sferic::test
