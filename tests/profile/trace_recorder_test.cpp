#include <sferic/profile/trace_recorder.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "profile/trace_support.hpp"

namespace sferic::test {
namespace {

std::string const kBatchEvents =
    "batch_start train_batch_start before_zero_grad before_backward after_backward "
    "before_optimizer_step after_optimizer_step train_batch_end batch_end";

/// Numbers epochs and batches as they come.
void number(ObservedSignals& signals, std::string const& event, std::int64_t& next) {
  signals.at(event).connect([&](Empty const&) {
    signals.recorder->tell_number(next++);
  }).set_name("number");
}

TEST(TraceRecorderTest, HasNothingToTellBeforeTheFirstEmission) {
  TraceRecorder const recorder(1000);
  EXPECT_TRUE(recorder.trace().tracks.empty());
}

TEST(TraceRecorderTest, RefusesToRecordInNextToNoMemory) {
  EXPECT_THROW(TraceRecorder(999), std::invalid_argument);
}

TEST(TraceRecorderTest, RecordsCallsWithinTheirEmission) {
  ObservedSignals signals;
  signals.at("tick").connect([](Empty const&) {}).set_name("first");
  signals.at("tick").connect([](Empty const&) {}).set_name("second");
  signals.emit("tick");
  auto const trace = signals.recorder->trace();
  EXPECT_EQ(text_of(outline(trace)), "tick\n  first\n  second\n");
  EXPECT_EQ(trace.tracks[0].spans[0].kind, SpanKind::kEvent);
  EXPECT_EQ(trace.tracks[0].spans[1].kind, SpanKind::kHandler);
  expect_nested(trace);
}

TEST(TraceRecorderTest, RecordsANestedEmissionWithinTheCallThatMadeIt) {
  ObservedSignals signals;
  signals.at("inner").connect([](Empty const&) {}).set_name("listener");
  signals.at("outer").connect([&](Empty const&) { signals.emit("inner inner"); }).set_name("maker");
  signals.emit("outer");
  auto const trace = signals.recorder->trace();
  EXPECT_EQ(text_of(outline(trace)),
            "outer\n  maker\n    inner\n      listener\n    inner\n      listener\n");
}

TEST(TraceRecorderTest, RecordsAnEmissionThatAHandlerEndsByAnException) {
  ObservedSignals signals;
  signals.at("outer").connect([&](Empty const&) { signals.emit("inner"); }).set_name("maker");
  signals.at("inner").connect([](Empty const&) {
    throw std::runtime_error("no");
  }).set_name("thrower");
  EXPECT_THROW(signals.emit("outer"), std::runtime_error);
  EXPECT_THROW(signals.emit("outer"), std::runtime_error);
  auto const once = std::string("outer\n  maker\n    inner\n      thrower\n");
  EXPECT_EQ(text_of(outline(signals.recorder->trace())), once + once);
}

TEST(TraceRecorderTest, FindsTaskEpochsBatchesAndPhasesByTheEventsNames) {
  ObservedSignals signals;
  std::int64_t epoch = 3;
  std::int64_t batch = 7;
  number(signals, "train_epoch_start", epoch);
  number(signals, "batch_start", batch);
  signals.emit("setup fit_start train_start epoch_start train_epoch_start " + kBatchEvents + " " +
               "batch_start train_batch_start batch_end train_epoch_end epoch_end "
               "train_end fit_end teardown");
  auto const trace = signals.recorder->trace();
  EXPECT_EQ(text_of(outline(trace)), R"(fit
  setup
  fit_start
  training
    train_start
    epoch 3
      epoch_start
      train_epoch_start
        number
      data
      batch 7
        batch_start
          number
        train_batch_start
        forward
        before_zero_grad
        zero_grad
        before_backward
        backward
        after_backward
        before_optimizer_step
        optimizer_step
        after_optimizer_step
        train_batch_end
        batch_end
      data
      batch 8
        batch_start
          number
        train_batch_start
        forward
        batch_end
      train_epoch_end
      epoch_end
    train_end
  fit_end
  teardown
)");
  expect_nested(trace);
}

TEST(TraceRecorderTest, TakesAnEvaluationsEpochForAPartOfIt) {
  ObservedSignals signals;
  std::string const validation =
      "validation_start epoch_start validation_epoch_start validation_batch_start "
      "validation_batch_end validation_epoch_end epoch_end validation_end ";
  signals.emit("setup fit_start sanity_check_start " + validation +
               "sanity_check_end train_start " +
               "epoch_start train_epoch_start batch_start batch_end " + validation +
               "train_epoch_end epoch_end train_end teardown");
  auto const trace = signals.recorder->trace();
  auto const text = text_of(outline(trace));
  EXPECT_NE(text.find("\n  sanity check\n    sanity_check_start\n    validation\n"), text.npos);
  EXPECT_NE(text.find("\n      validation\n        validation_start\n        epoch_start\n"
                      "        validation_epoch_start\n        data\n        validation batch\n"
                      "          validation_batch_start\n          validation_step\n"
                      "          validation_batch_end\n        validation_epoch_end\n"
                      "        epoch_end\n        validation_end\n      train_epoch_end\n"),
            text.npos)
      << text;
  EXPECT_EQ(count(trace, "epoch"), 1);
}

TEST(TraceRecorderTest, NamesATaskByWhatItDoes) {
  for (std::string const task : {"validate", "test", "predict"}) {
    ObservedSignals signals;
    auto const event = task == "validate" ? "validation" : task;
    signals.emit("setup " + event + "_start " + event + "_end teardown");
    EXPECT_EQ(outline(signals.recorder->trace()).front(), task);
  }
}

TEST(TraceRecorderTest, ShowsACheckpointFromItsBeginningToItsEnd) {
  ObservedSignals signals;
  signals.emit("batch_start batch_end save_checkpoint checkpoint_saved batch_start batch_end");
  EXPECT_EQ(text_of(outline(signals.recorder->trace()), 1), "batch\ncheckpoint\ndata\nbatch\n");
}

TEST(TraceRecorderTest, ShowsNoSpanOfACheckpointThatIsWrittenWhileOtherThingsHappen) {
  ObservedSignals signals;
  signals.emit("batch_start batch_end save_checkpoint batch_start batch_end checkpoint_saved");
  auto const trace = signals.recorder->trace();
  EXPECT_EQ(text_of(outline(trace), 1), "batch\nsave_checkpoint\ndata\nbatch\ncheckpoint_saved\n");
  expect_nested(trace);
}

TEST(TraceRecorderTest, LeavesAPhaseAsItIsWhenACheckpointIsSavedWithin) {
  ObservedSignals signals;
  signals.emit(
      "batch_start train_batch_start save_checkpoint checkpoint_saved before_backward "
      "after_backward batch_end");
  EXPECT_EQ(text_of(outline(signals.recorder->trace())),
            "batch\n  batch_start\n  train_batch_start\n  forward\n    checkpoint\n"
            "      save_checkpoint\n      checkpoint_saved\n  before_backward\n  backward\n"
            "  after_backward\n  batch_end\n");
}

TEST(TraceRecorderTest, ShowsSeveralForwardAndBackwardPassesOfABatch) {
  ObservedSignals signals;
  std::string const pass =
      "before_backward after_backward before_optimizer_step after_optimizer_step ";
  signals.emit("batch_start train_batch_start " + pass + pass + "train_batch_end batch_end");
  auto const trace = signals.recorder->trace();
  EXPECT_EQ(count(trace, "forward"), 2);
  EXPECT_EQ(count(trace, "backward"), 2);
  EXPECT_EQ(count(trace, "optimizer_step"), 2);
}

TEST(TraceRecorderTest, EndsABatchThatWasSkippedWithItsLastEvent) {
  ObservedSignals signals;
  signals.emit("batch_start train_batch_start before_backward batch_start batch_end");
  EXPECT_EQ(text_of(outline(signals.recorder->trace())),
            "batch\n  batch_start\n  train_batch_start\n  forward\n  before_backward\n"
            "data\nbatch\n  batch_start\n  batch_end\n");
}

TEST(TraceRecorderTest, EndsWhatAnErrorBrokeOffAtTheError) {
  ObservedSignals signals;
  signals.emit("setup fit_start train_start epoch_start batch_start train_batch_start exception");
  signals.emit("teardown");
  auto const trace = signals.recorder->trace();
  EXPECT_EQ(text_of(outline(trace)),
            "fit\n  setup\n  fit_start\n  training\n    train_start\n    epoch\n"
            "      epoch_start\n      data\n      batch\n        batch_start\n"
            "        train_batch_start\n        forward\n  exception\n  teardown\n");
  expect_nested(trace);
}

TEST(TraceRecorderTest, TellsAnEmissionThatHasNotEndedUpToNow) {
  ObservedSignals signals;
  signals.at("teardown").connect([](Empty const&) {}).set_name("before");
  Trace trace;
  signals.at("teardown").connect([&](Empty const&) { trace = signals.recorder->trace(); });
  signals.emit("setup fit_start teardown");
  EXPECT_EQ(text_of(outline(trace)), "fit\n  setup\n  fit_start\n  teardown\n    before\n");
}

TEST(TraceRecorderTest, PutsUsersEventsIntoThePhaseInWhichTheyAreEmitted) {
  ObservedSignals signals;
  signals.emit("batch_start train_batch_start mine before_backward after_backward batch_end");
  auto const text = text_of(outline(signals.recorder->trace()));
  EXPECT_NE(text.find("  forward\n    mine\n  before_backward\n"), text.npos) << text;
}

TEST(TraceRecorderTest, HasATrackForEachThread) {
  ObservedSignals signals;
  signals.at("tick").connect([](Empty const&) {});
  constexpr int kEmissions = 1000;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < kEmissions; ++k) signals.at("tick").emit({});
    });
  }
  Trace meanwhile;
  for (int i = 0; i < 20; ++i) meanwhile = signals.recorder->trace();
  for (auto& thread : threads) thread.join();
  auto const trace = signals.recorder->trace();
  ASSERT_EQ(trace.tracks.size(), 3);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(count(trace, "tick", i), kEmissions);
  expect_nested(trace);
  expect_nested(meanwhile);
}

TEST(TraceRecorderTest, CountsWhatThreadsWithoutATrackDo) {
  ObservedSignals signals;
  auto const one = [&] { signals.at("tick").emit({}); };
  one();
  // At once, since a later thread may take the place of one that has ended.
  std::atomic<int> begun = 0;
  constexpr int kThreads = 70;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      one();
      ++begun;
      while (begun < kThreads) std::this_thread::yield();
    });
  }
  for (auto& thread : threads) thread.join();
  auto const trace = signals.recorder->trace();
  EXPECT_LE(trace.tracks.size(), 64);
  EXPECT_GT(trace.lost, 0);
}

}  // namespace
}  // namespace sferic::test
