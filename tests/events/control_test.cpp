#include <sferic/events/control.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace sferic::test {
namespace {

TEST(Control, WishesNothingAtFirst) {
  Control control;
  EXPECT_FALSE(control.stop_requested());
  EXPECT_EQ(control.stop_reason(), "");
  EXPECT_FALSE(control.take_end_epoch());
  EXPECT_FALSE(control.take_skip_batch());
}

TEST(Control, KeepsTheFirstReasonToStop) {
  Control control;
  control.stop("the loss is not finite");
  control.stop("time is up");
  EXPECT_TRUE(control.stop_requested());
  EXPECT_EQ(control.stop_reason(), "the loss is not finite");
}

TEST(Control, StopsWithoutAReasonToo) {
  Control control;
  control.stop("");
  control.stop("too late");
  EXPECT_TRUE(control.stop_requested());
  EXPECT_EQ(control.stop_reason(), "");
}

TEST(Control, ForgetsAWishThatWasTaken) {
  Control control;
  control.end_epoch();
  EXPECT_FALSE(control.take_skip_batch());
  EXPECT_TRUE(control.take_end_epoch());
  EXPECT_FALSE(control.take_end_epoch());
  control.skip_batch();
  control.skip_batch();
  EXPECT_TRUE(control.take_skip_batch());
  EXPECT_FALSE(control.take_skip_batch());
}

TEST(Control, ForgetsAllWishesWhenReset) {
  Control control;
  control.stop("first");
  control.end_epoch();
  control.skip_batch();
  control.reset();
  EXPECT_FALSE(control.stop_requested() || control.take_end_epoch() || control.take_skip_batch());
  control.stop("second");
  EXPECT_EQ(control.stop_reason(), "second");
}

TEST(Control, MayBeToldToStopFromAnyThread) {
  Control control;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] { control.stop("thread " + std::to_string(i)); });
    }
    while (!control.stop_requested()) std::this_thread::yield();
    EXPECT_EQ(control.stop_reason().substr(0, 7), "thread ");
  }
}

}  // namespace
}  // namespace sferic::test
