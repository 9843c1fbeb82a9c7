#include <sferic/callbacks/hook_profiler.hpp>

#include <sferic/callbacks/early_stopping.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iterator>
#include <numeric>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "callbacks/support.hpp"
#include "callbacks/temporary_file.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

HookProfilerOptions quiet() { return {.print = false}; }

PhaseProfile phase_of(HookProfile const& profile, std::string const& name) {
  for (auto const& each : profile.phases) {
    if (each.name == name) return each;
  }
  return {};
}

EventProfile event_of(HookProfile const& profile, std::string const& name) {
  for (auto const& each : profile.events) {
    if (each.event == name) return each;
  }
  return {};
}

std::string text_of(std::filesystem::path const& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class HookProfilers : public testing::Test {
 protected:
  Net net_;
};

TEST_F(HookProfilers, CountTheCallsOfEachHandlerOnEachEvent) {
  Trainer trainer({.max_epochs = 2, .num_sanity_val_steps = 0});
  auto const& profiler = trainer.add(HookProfiler(quiet()));
  trainer.add(EarlyStopping({.monitor = "val_loss", .strict = false}));
  trainer.on<event::TrainBatchEnd>([](auto const&) {}).set_name("mine");
  trainer.on<event::TrainBatchEnd>(every(2), [](auto const&) {});
  trainer.fit(net_, batches(5), batches(3));
  auto const profile = profiler.profile();
  EXPECT_EQ(profile.task, "fit");
  EXPECT_EQ(profile.steps.count, 10);
  auto const batch_end = event_of(profile, "train_batch_end");
  EXPECT_EQ(batch_end.emissions.count, 10);
  ASSERT_EQ(batch_end.handlers.size(), 2u);
  EXPECT_EQ(batch_end.handlers[0].name, "mine");
  EXPECT_EQ(batch_end.handlers[0].calls.count, 10);
  EXPECT_EQ(batch_end.handlers[1].filter, "every(2)");
  EXPECT_TRUE(batch_end.handlers[0].share_of_step.has_value());
  auto const validation_end = event_of(profile, "validation_end");
  EXPECT_EQ(validation_end.handlers.at(0).name, "sferic::EarlyStopping");
  EXPECT_EQ(validation_end.handlers.at(0).calls.count, 2);
  EXPECT_FALSE(validation_end.handlers.at(0).share_of_step.has_value());
}

TEST_F(HookProfilers, PhasesAndEmissionsOfTheStepsAreAllOfThem) {
  Trainer trainer({.max_epochs = 3});
  auto const& profiler = trainer.add(HookProfiler(quiet()));
  trainer.on<event::TrainBatchStart>(
      [](auto const&) { std::this_thread::sleep_for(std::chrono::microseconds(300)); });
  trainer.fit(net_, batches(4), batches(2));
  auto const profile = profiler.profile();
  double sum = 0;
  for (auto const* name : {"data", "forward", "zero_grad", "backward", "optimizer_step", "loop"}) {
    EXPECT_GT(phase_of(profile, name).times.count, 0) << name;
    EXPECT_TRUE(phase_of(profile, name).share_of_step.has_value()) << name;
    sum += phase_of(profile, name).times.total;
  }
  for (auto const* name :
       {"batch_start", "train_batch_start", "before_zero_grad", "before_backward", "after_backward",
        "before_optimizer_step", "after_optimizer_step", "train_batch_end", "batch_end"}) {
    sum += event_of(profile, name).emissions.total;
  }
  EXPECT_NEAR(sum, profile.steps.total, 1e-9);
  EXPECT_EQ(phase_of(profile, "validation").times.count, 3 + /*sanity check*/ 1);
  EXPECT_EQ(phase_of(profile, "validation_step").times.count, 4 * 2);
  EXPECT_FALSE(phase_of(profile, "validation").share_of_step.has_value());
}

TEST_F(HookProfilers, FindTheHandlerThatTakesLong) {
  Trainer trainer({.max_epochs = 1});
  auto const& profiler = trainer.add(HookProfiler(quiet()));
  trainer
      .on<event::AfterBackward>([](auto const&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }).set_name("sleeper");
  trainer.fit(net_, batches(4));
  auto const sleeper = event_of(profiler.profile(), "after_backward").handlers.at(0);
  EXPECT_EQ(sleeper.name, "sleeper");
  EXPECT_GE(sleeper.calls.p50, 4.9e-3);
  EXPECT_GT(*sleeper.share_of_step, 0.5);
}

TEST_F(HookProfilers, BeginAnewWithEachTask) {
  Trainer trainer({.max_epochs = 1});
  auto const& profiler = trainer.add(HookProfiler(quiet()));
  trainer.on<event::TrainBatchEnd>([](auto const&) {});
  trainer.on<event::TestBatchEnd>([](auto const&) {});
  trainer.fit(net_, batches(4));
  trainer.fit(net_, batches(3));
  EXPECT_EQ(profiler.profile().steps.count, 3);
  trainer.test(net_, batches(2));
  auto const profile = profiler.profile();
  EXPECT_EQ(profile.task, "test");
  EXPECT_EQ(profile.steps.count, 0);
  EXPECT_EQ(phase_of(profile, "test_step").times.count, 2);
  EXPECT_EQ(event_of(profile, "train_batch_end").emissions.count, 0);
}

TEST_F(HookProfilers, PrintATableWhenATaskHasEndedWellOrNot) {
  TemporaryFile file;
  Trainer trainer({.max_epochs = 1});
  trainer.add(HookProfiler({.file = file.get()}));
  auto const last = trainer.on<event::TrainBatchEnd>([](auto const&) {}).set_name("my handler");
  trainer.fit(net_, batches(4));
  auto const text = file.take();
  EXPECT_NE(text.find("What the hooks of this fit cost"), text.npos) << text;
  EXPECT_NE(text.find("4 training steps"), text.npos) << text;
  EXPECT_NE(text.find("train_batch_end\n  my handler"), text.npos) << text;
  EXPECT_NE(text.find("  backward"), text.npos) << text;
  trainer.on<event::TrainBatchEnd>([](auto const&) { throw std::runtime_error("no"); });
  EXPECT_THROW(trainer.fit(net_, batches(4)), std::runtime_error);
  EXPECT_NE(file.take().find("my handler"), text.npos);
}

TEST_F(HookProfilers, WriteFiles) {
  TemporaryFolder const folder;
  auto const json = folder.path() / "new" / "profile.json";
  auto const csv = folder.path() / "profile.csv";
  Trainer trainer({.max_epochs = 1});
  trainer.add(HookProfiler({.print = false, .json = json, .csv = csv}));
  trainer.fit(net_, batches(4));
  EXPECT_NE(text_of(json).find("\"optimizer_step\""), std::string::npos);
  EXPECT_NE(text_of(csv).find("phase,optimizer_step,"), std::string::npos);
}

TEST_F(HookProfilers, AFileThatCannotBeWrittenEndsNoTraining) {
  TemporaryFolder const folder;
  std::ofstream(folder.path() / "file") << "in the way";
  Trainer trainer({.max_epochs = 1});
  trainer.add(HookProfiler({.print = false, .json = folder.path() / "file" / "profile.json"}));
  EXPECT_NO_THROW(trainer.fit(net_, batches(4)));
}

TEST_F(HookProfilers, LogMeansForLoggersWhereAskedTo) {
  Trainer trainer({.max_epochs = 2});
  trainer.add(HookProfiler({.print = false, .log = true}));
  trainer.on<event::TrainBatchEnd>([](auto const&) {}).set_name("mine");
  trainer.fit(net_, batches(4));
  EXPECT_GT(trainer.metrics().at("HookProfiler/step"), 0);
  EXPECT_GT(trainer.metrics().at("HookProfiler/backward"), 0);
  EXPECT_GE(trainer.metrics().at("HookProfiler/train_batch_end/mine"), 0);
}

TEST_F(HookProfilers, ObserveNothingWhenTheyAreRemoved) {
  Trainer trainer({.max_epochs = 1});
  HookProfiler profiler(quiet());
  {
    auto const attached = trainer.attach(profiler);
    trainer.fit(net_, batches(4));
  }
  trainer.fit(net_, batches(3));
  EXPECT_EQ(profiler.profile().steps.count, 4);
  auto& added = trainer.add(HookProfiler(quiet()));
  trainer.fit(net_, batches(2));
  EXPECT_EQ(added.profile().steps.count, 2);
  trainer.remove(added);
  EXPECT_NO_THROW(trainer.fit(net_, batches(2)));
}

struct Mine {
  static constexpr std::string_view kName = "mine";
};
struct Listening : Net {
  void on(event::TrainEpochEnd const&) {}
};

TEST_F(HookProfilers, ProfileTheHandlersOfTheModuleAndUsersEvents) {
  Listening net;
  Trainer trainer({.max_epochs = 2});
  auto const& profiler = trainer.add(HookProfiler(quiet()));
  trainer.bus().on<Mine>([](auto const&) {});
  trainer.on<event::TrainBatchEnd>([&](auto const&) { trainer.bus().emit(Mine()); });
  trainer.fit(net, batches(3));
  auto const profile = profiler.profile();
  EXPECT_EQ(event_of(profile, "mine").handlers.at(0).calls.count, 6);
  auto const handler = event_of(profile, "train_epoch_end").handlers.at(0);
  EXPECT_NE(handler.name.find("Listening"), std::string::npos) << handler.name;
  EXPECT_EQ(handler.calls.count, 2);
}

TEST_F(HookProfilers, RefuseToPrintNowhere) {
  EXPECT_THROW(HookProfiler({.file = nullptr}), std::invalid_argument);
  EXPECT_NO_THROW(HookProfiler({.print = false, .file = nullptr}));
}

}  // namespace
}  // namespace sferic::test
