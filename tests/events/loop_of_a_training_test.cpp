#include <sferic/events/loop.hpp>
#include <sferic/trainer/interrupted.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "events/loop_reader.hpp"
#include "events/recorded_trainings.hpp"

// Trainings are held to the loop that event::loop::kLines describes.

namespace sferic::test {
namespace {

/// The names of the events that a fit meets.
std::set<std::string> events_of_a_fit() {
  auto const record = plain_fit();
  std::set<std::string> events(record.begin(), record.end());
  std::erase_if(events, [](auto const& name) { return name.starts_with("module."); });
  return events;
}

bool has(Record const& record, std::string_view name) {
  return std::find(record.begin(), record.end(), name) != record.end();
}

TEST(LoopOfATraining, BeginsWithTheConstructionOfTheTrainer) {
  EXPECT_EQ(LoopReader(construction()).difference("construction of the trainer"), "");
}

TEST(LoopOfATraining, IsTheOneOfAFit) {
  auto const record = plain_fit();
  EXPECT_EQ(LoopReader(record).difference("fit"), "");
  EXPECT_TRUE(has(record, "sanity_check_start"));
  EXPECT_EQ(std::count(record.begin(), record.end(), "validation_start"), 1 + 2 * 3);
}

TEST(LoopOfATraining, SaysWhereValuesAreToldAndCheckpointsSaved) {
  auto const record = busy_fit();
  EXPECT_EQ(LoopReader(record).difference("fit"), "");
  for (auto const* name : {"metrics_logged", "media_logged", "save_checkpoint", "checkpoint_saved",
                           "checkpoint_failed"}) {
    EXPECT_TRUE(has(record, name)) << name;
  }
}

TEST(LoopOfATraining, IsTheOneOfAFitThatIsStopped) {
  for (auto const& event : events_of_a_fit()) {
    auto const record = fit_with(event, [](auto& control) { control.stop("enough"); });
    EXPECT_EQ(LoopReader(record).difference("fit"), "") << "stopped at " << event;
    bool const is_too_late = event == "train_end" || event == "fit_end" || event == "teardown";
    EXPECT_EQ(has(record, "stop_requested"), !is_too_late) << event;
  }
}

TEST(LoopOfATraining, IsTheOneOfAFitThatGoesOnFromACheckpoint) {
  auto const record = resumed_fit();
  EXPECT_EQ(LoopReader(record).difference("fit"), "");
  EXPECT_TRUE(has(record, "find_checkpoint") && has(record, "load_checkpoint"));
  EXPECT_FALSE(has(record, "sanity_check_start"));
}

TEST(LoopOfATraining, IsTakenUpWhereACheckpointWasSaved) {
  EXPECT_EQ(LoopReader(fit_in_two_runs("train_batch_end")).difference("fit"), "");
  EXPECT_EQ(LoopReader(fit_in_two_runs("validation_batch_end")).difference("fit"), "");
}

TEST(LoopOfATraining, IsTheOneOfValidateTestAndPredict) {
  for (auto const task : {Task::kValidate, Task::kTest, Task::kPredict}) {
    EXPECT_EQ(LoopReader(busy_evaluation(task)).difference(name(task)), "");
  }
}

/// The record of a task that failed: what was done before, and the rest from the error on.
std::pair<Record, Record> split_at_error(Record const& record) {
  auto const error = std::find_if(record.begin(), record.end(), [](auto const& name) {
    return name == event::KeyboardInterrupt::kName || name == event::Exception::kName;
  });
  return {Record(record.begin(), error), Record(error, record.end())};
}

template <class Error>
void expect_broken_off_by(Error const& error) {
  for (auto const& event : events_of_a_fit()) {
    if (event == event::Teardown::kName) continue;
    auto const record = fit_with(event, [&](auto& control) {
      control.request_checkpoint("/dev/null/x.ckpt");
      throw error;
    });
    auto const [before, rest] = split_at_error(record);
    EXPECT_EQ(LoopReader(before).difference_of_a_beginning("fit"), "") << "broken at " << event;
    EXPECT_EQ(LoopReader(rest).difference("an exception, anywhere in a task"), "") << event;
  }
}

TEST(LoopOfATraining, IsBrokenOffByAnException) {
  expect_broken_off_by(std::runtime_error("broken"));
  expect_broken_off_by(Interrupted(SIGINT));
}

TEST(LoopOfATraining, IsNoOtherWhereTwoStepsChangePlaces) {
  auto record = plain_fit();
  for (std::size_t i = 0; i + 1 < record.size(); ++i) {
    std::swap(record[i], record[i + 1]);
    EXPECT_NE(LoopReader(record).difference("fit"), "") << record[i + 1] << ' ' << record[i];
    std::swap(record[i], record[i + 1]);
  }
}

TEST(LoopOfATraining, HasNoStepThatNeverComes) {
  std::set<std::string_view> expected;
  for (auto const& line : event::loop::kLines) {
    for (auto const& [kind, name, always] : line.steps) {
      bool const comes =
          kind == event::loop::Step::Kind::kEvent || kind == event::loop::Step::Kind::kCall;
      if (comes && !name.empty()) expected.insert(name);
    }
  }
  std::set<std::string> seen;
  for (auto const& record :
       {construction(), busy_fit(), resumed_fit(), busy_evaluation(Task::kValidate),
        busy_evaluation(Task::kTest), busy_evaluation(Task::kPredict),
        fit_with("train_batch_end", [](auto& control) { control.stop("enough"); }),
        fit_with("train_batch_end", [](auto&) { throw Interrupted(SIGINT); })}) {
    seen.insert(record.begin(), record.end());
  }
  for (auto const name : expected) EXPECT_TRUE(seen.contains(std::string(name))) << name;
}

}  // namespace
}  // namespace sferic::test
