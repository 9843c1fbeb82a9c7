#include <sferic/callbacks/gradient_accumulation_scheduler.hpp>

#include <gtest/gtest.h>

#include "../trainer/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

using Batches = std::vector<std::int64_t>;

/// The batches of each epoch after which the optimizer stepped.
std::vector<Batches> steps_of(std::map<std::int64_t, std::int64_t> scheduling) {
  Trainer trainer({.max_epochs = 3});
  trainer.add(GradientAccumulationScheduler({.scheduling = std::move(scheduling)}));
  std::vector<Batches> steps(3);
  trainer.on<event::AfterOptimizerStep>([&](auto const& e) {
    steps[static_cast<std::size_t>(e.progress.epoch)].push_back(e.progress.batch);
  });
  Net net;
  trainer.fit(net, batches(4));
  return steps;
}

TEST(GradientAccumulationSchedulerTest, ChangesTheAccumulationAtItsEpochs) {
  EXPECT_EQ(steps_of({{0, 2}, {2, 3}}), (std::vector<Batches>{{1, 3}, {1, 3}, {2, 3}}));
}

TEST(GradientAccumulationSchedulerTest, StepsWithEachBatchBeforeItsFirstEpoch) {
  EXPECT_EQ(steps_of({{1, 4}}), (std::vector<Batches>{{0, 1, 2, 3}, {3}, {3}}));
}

TEST(GradientAccumulationSchedulerTest, BeginsAnewInASecondFit) {
  Trainer trainer({.max_epochs = 2});
  trainer.add(GradientAccumulationScheduler({.scheduling = {{1, 4}}}));
  Net net;
  trainer.fit(net, batches(4));
  trainer.fit(net, batches(4));
  EXPECT_EQ(trainer.progress().optimizer_steps, 5);
}

TEST(GradientAccumulationSchedulerTest, TellsTheBatchesOfAnyEpoch) {
  GradientAccumulationScheduler const scheduler({.scheduling = {{2, 8}, {5, 2}}});
  EXPECT_EQ(scheduler.batches_in(0), 1);
  EXPECT_EQ(scheduler.batches_in(2), 8);
  EXPECT_EQ(scheduler.batches_in(4), 8);
  EXPECT_EQ(scheduler.batches_in(1000), 2);
}

TEST(GradientAccumulationSchedulerTest, RefusesWhatIsNoSchedule) {
  auto const message = [](std::map<std::int64_t, std::int64_t> scheduling) {
    return message_of<std::invalid_argument>(
        [&] { GradientAccumulationScheduler({.scheduling = scheduling}); });
  };
  EXPECT_EQ(message({}), "scheduling of GradientAccumulationScheduler must not be empty");
  EXPECT_NE(message({{-1, 2}}).find("but got {-1, 2}"), std::string::npos);
  EXPECT_NE(message({{0, 2}, {3, 0}}).find("but got {3, 0}"), std::string::npos);
}

TEST(GradientAccumulationSchedulerTest, RefusesASecondWillBesideItsOwn) {
  Trainer trainer({.max_epochs = 1, .accumulate_grad_batches = 2});
  trainer.add(GradientAccumulationScheduler({.scheduling = {{0, 4}}}));
  Net net;
  EXPECT_EQ(message_of<std::invalid_argument>([&] { trainer.fit(net, batches(4)); }),
            "accumulate_grad_batches is 2, but must be left alone beside a "
            "GradientAccumulationScheduler");
}

TEST(GradientAccumulationScheduler, GoesOnInAnEpochOfACheckpoint) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "x.ckpt";
  std::vector<std::int64_t> factors;
  auto const fit = [&](std::filesystem::path const& from) {
    Net net;
    Trainer trainer({.max_epochs = 4});
    trainer.add(GradientAccumulationScheduler({.scheduling = {{1, 2}, {3, 3}}}));
    trainer.on<event::TrainEpochStart>(
        [&](auto const& e) { factors.push_back(e.accumulate_grad_batches); }, Order::kLate);
    trainer.on<event::TrainBatchEnd>(after(4) | once(), [&](auto const& e) {
      if (from.empty()) e.control.request_checkpoint(path);
    });
    trainer.fit(net, batches(3), {.resume_from = from});
    return weights_of(net);
  };
  auto const whole = fit({});
  EXPECT_EQ(factors, (std::vector<std::int64_t>{1, 2, 2, 3}));
  factors.clear();
  EXPECT_TRUE(torch::equal(fit(path), whole));
  EXPECT_EQ(factors, (std::vector<std::int64_t>{2, 3}));
}

}  // namespace
}  // namespace sferic::test
