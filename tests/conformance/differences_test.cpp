#include "conformance/differences.hpp"

#include <sferic/trainer/interrupted.hpp>

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

namespace sferic::conformance {

namespace {

TEST(RecordingDifferences, EventsOfLightning1AndNewOnesAreNoHooks) {
  EXPECT_TRUE(is_hook("train_batch_end"));
  EXPECT_TRUE(is_hook("setup"));
  EXPECT_FALSE(is_hook("batch_end"));
  EXPECT_FALSE(is_hook("after_optimizer_step"));
  EXPECT_FALSE(is_hook("train_batch_finish"));
}

TEST(RecordingDifferences, OnlyATeardownRightAfterAnExceptionIsLeftOut) {
  Trace trace{{.hook = "exception"}, {.hook = "teardown"},  {.hook = "setup"},
              {.hook = "teardown"},  {.hook = "exception"}, {.hook = "teardown"}};
  leave_out_teardown_after_exception(trace);
  Trace const expected{
      {.hook = "exception"}, {.hook = "setup"}, {.hook = "teardown"}, {.hook = "exception"}};
  EXPECT_EQ(trace, expected);
}

TEST(RecordingDifferences, AnInterruptEndsARunWithoutAnError) {
  auto const end = lightnings_end({.epoch = 1, .optimizer_steps = 2},
                                  std::make_exception_ptr(Interrupted(SIGINT)));
  EXPECT_EQ(end, (TraceEnd{1, 2, std::nullopt, "TrainerStatus.INTERRUPTED"}));
}

TEST(RecordingDifferences, AMisconfigurationIsAValueError) {
  EXPECT_EQ(sferics_error("MisconfigurationException"), "ValueError");
  EXPECT_EQ(sferics_error("KeyError"), "KeyError");
}

TEST(RecordingDifferences, AnErrorEndsARunByItsKind) {
  auto const end = lightnings_end({}, std::make_exception_ptr(std::invalid_argument("wrong")));
  EXPECT_EQ(end, (TraceEnd{0, 0, "ValueError", "TrainerStatus.INTERRUPTED"}));
  EXPECT_EQ(lightnings_name(std::make_exception_ptr(std::runtime_error("worse"))), "RuntimeError");
  EXPECT_EQ(lightnings_name(std::make_exception_ptr(std::logic_error("worst"))),
            "another error: worst");
}

}  // namespace

}  // namespace sferic::conformance
