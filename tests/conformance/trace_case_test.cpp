#include "conformance/trace_case.hpp"

#include <gtest/gtest.h>

namespace sferic::conformance {

namespace {

/// A fit without epochs, as Lightning records it.
Json recorded_trace() {
  return Json::parse(R"({
    "name": "tiny",
    "config": {"trainer": {"max_epochs": 0, "num_sanity_val_steps": 0}},
    "trace": [["#fit", {}],
              ["setup", {"stage": "TrainerFn.FITTING", "epoch": 0, "step": 0}],
              ["fit_start", {"epoch": 0, "step": 0}],
              ["fit_end", {"epoch": 0, "step": 0}],
              ["teardown", {"stage": "TrainerFn.FITTING", "epoch": 0, "step": 0}]],
    "end": {"epoch": 0, "step": 0, "error": null, "status": "TrainerStatus.FINISHED"}})");
}

std::string trace_error(Json const& recording) {
  try {
    trace_case(recording);
  } catch (NotUnderstood const& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(RecordedTrace, AnUnknownKeyIsRefusedAnywhere) {
  struct {
    char const* pointer;
    char const* message;
  } const kPlaces[] = {
      {"/x", "unknown key: x"},
      {"/config/x", "unknown key: config.x"},
      {"/config/trainer/x", "unknown key: config.trainer.x"},
      {"/trace/2/1/x", "unknown key: trace[2].x"},
      {"/end/x", "unknown key: end.x"},
  };
  for (auto const& [pointer, message] : kPlaces) {
    auto changed = recorded_trace();
    changed[Json::json_pointer(pointer)] = 1;
    EXPECT_EQ(trace_error(changed), message);
  }
}

TEST(RecordedTrace, OnlyAStopInAKnownHookIsActedOn) {
  auto changed = recorded_trace();
  changed["config"]["act"] = Json::parse(R"([["on_train_start", 1, "stop"]])");
  EXPECT_EQ(trace_error(changed), "nothing was thrown");
  changed["config"]["act"] = Json::parse(R"([["on_train_start", 1, "skip"]])");
  EXPECT_EQ(trace_error(changed), "config.act[0] must be stop, but got \"skip\"");
  changed["config"]["act"] = Json::parse(R"([["on_epoch_start", 1, "stop"]])");
  EXPECT_NE(trace_error(changed).find("must be about a hook"), std::string::npos);
}

TEST(RecordedTrace, LoadersAreGivenByOneNumberOrByAList) {
  auto changed = recorded_trace();
  changed["config"]["test_batches"] = 4;
  changed["config"]["val_batches"] = Json::parse("[2, 1]");
  auto const config = trace_case(changed).config;
  EXPECT_EQ(config.test_batches, std::vector<std::int64_t>{4});
  EXPECT_EQ(config.val_batches, (std::vector<std::int64_t>{2, 1}));
}

TEST(RecordedTrace, ALoaderThatIsNotToldIsTheFirst) {
  TraceEntry entry;
  read(Json::parse(R"(["validation_batch_end", {"batch_idx": 1}])"), "trace", entry);
  EXPECT_EQ(entry.dataloader, 0);
  TraceEntry train;
  read(Json::parse(R"(["train_batch_end", {"batch_idx": 1}])"), "trace", train);
  EXPECT_FALSE(train.dataloader);
}

TEST(RecordedTrace, ARecordedRunIsRunAgain) {
  EXPECT_EQ(check_trace(recorded_trace()), std::nullopt);
}

TEST(RecordedTrace, AChangedEventIsToldWithItsPlace) {
  auto changed = recorded_trace();
  changed["trace"][3][1]["step"] = 1;
  EXPECT_EQ(check_trace(changed),
            "at event 3: expected fit_end (epoch 0, step 1), got fit_end (epoch 0, step 0)");
}

TEST(RecordedTrace, AMissingAndASuperfluousEventAreTold) {
  auto shorter = recorded_trace();
  shorter["trace"].erase(4);
  EXPECT_EQ(check_trace(shorter),
            "at event 4: expected no more, got teardown (TrainerFn.FITTING, epoch 0, step 0)");
  auto longer = recorded_trace();
  longer["trace"].push_back(Json::parse(R"(["#test", {}])"));
  EXPECT_EQ(check_trace(longer), "at event 5: expected #test, got no more");
}

TEST(RecordedTrace, AChangedEndIsTold) {
  auto changed = recorded_trace();
  changed["end"]["error"] = "ValueError";
  EXPECT_EQ(
      check_trace(changed),
      "at the end: expected epoch 0, step 0, ValueError, TrainerStatus.FINISHED, got epoch 0, "
      "step 0, no error, TrainerStatus.FINISHED");
}

TEST(RecordedTrace, ARunGoesOnAfterAnInterruptAndEndsByAnError) {
  TraceConfig config;
  config.trainer.max_epochs = 1;
  config.modes = {Task::kFit, Task::kTest};
  config.raise_at = 1;
  config.raise_interrupt = true;
  auto const interrupted = run(config);
  EXPECT_EQ(interrupted.trace.back().stage, "TrainerFn.TESTING");
  EXPECT_EQ(interrupted.end.status, "TrainerStatus.FINISHED");
  config.raise_interrupt = false;
  auto const failed = run(config);
  EXPECT_EQ(failed.trace.back().exception, "ValueError");
  EXPECT_EQ(failed.end.status, "TrainerStatus.INTERRUPTED");
}

}  // namespace

}  // namespace sferic::conformance
