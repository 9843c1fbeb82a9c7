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

TEST(Control, KnowsWhichWishToStopLasts) {
  Control control;
  control.stop("need the machine", StopFor::kThisRun);
  EXPECT_TRUE(control.stop_requested());
  EXPECT_EQ(control.lasting_stop_reason(), std::nullopt);
  control.stop("good enough");
  EXPECT_EQ(control.stop_reason(), "need the machine");
  EXPECT_EQ(control.lasting_stop_reason(), "good enough");
  control.reset();
  EXPECT_EQ(control.lasting_stop_reason(), std::nullopt);
}

TEST(Control, HandsTheRequestedCheckpointsOverOnceAndInTheirOrder) {
  Control control;
  EXPECT_FALSE(control.has_checkpoint_requests());
  control.request_checkpoint("first");
  control.request_checkpoint("second", {.weights_only = true});
  EXPECT_TRUE(control.has_checkpoint_requests());
  auto const requests = control.take_checkpoint_requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].path, "first");
  EXPECT_EQ(requests[1].path, "second");
  EXPECT_TRUE(requests[1].options.weights_only);
  EXPECT_FALSE(control.has_checkpoint_requests());
  EXPECT_TRUE(control.take_checkpoint_requests().empty());
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

TEST(Control, TellsWhichCheckpointsAreRequested) {
  Control control;
  EXPECT_FALSE(control.checkpoint_requested("a.ckpt"));
  control.request_checkpoint("a.ckpt");
  EXPECT_TRUE(control.checkpoint_requested("a.ckpt"));
  EXPECT_FALSE(control.checkpoint_requested("b.ckpt"));
  control.take_checkpoint_requests();
  EXPECT_FALSE(control.checkpoint_requested("a.ckpt"));
}

}  // namespace
}  // namespace sferic::test
