#include <sferic/callbacks/module_data_monitor.hpp>

#include <gtest/gtest.h>

#include "digits_support.hpp"

namespace sferic::test {
namespace {

using Keys = std::vector<std::string>;

/// Trains a DigitNet on ten batches and gives what was logged.
MediaLog monitored(ModuleDataMonitorOptions options, std::int64_t epochs = 1) {
  torch::manual_seed(1);
  Trainer trainer({.max_epochs = epochs, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  trainer.add(ModuleDataMonitor(std::move(options)));
  DigitNet net;
  trainer.fit(net, digit_loader());
  return log;
}

Keys sorted(Keys names) {
  std::sort(names.begin(), names.end());
  return names;
}

TEST(ModuleDataMonitorTest, LogsWhatGoesIntoLayersAndComesOutOfThem) {
  EXPECT_EQ(
      sorted(monitored({.log_every_n_steps = 10}).names()),
      (Keys{"input/last/[32, 64]", "input/layers.0/[32, 1, 8, 8]", "input/layers.1/[32, 8, 8, 8]",
            "input/layers.2/[32, 8, 8, 8]", "input/layers.3/[32, 8, 8, 8]",
            "input/layers.4/[32, 512]", "input/layers.5/[32, 64]", "input/layers/[32, 1, 8, 8]",
            "output/last/[32, 10]", "output/layers.0/[32, 8, 8, 8]",
            "output/layers.1/[32, 8, 8, 8]", "output/layers.2/[32, 8, 8, 8]",
            "output/layers.3/[32, 512]", "output/layers.4/[32, 64]", "output/layers.5/[32, 64]",
            "output/layers/[32, 64]"}));
}

TEST(ModuleDataMonitorTest, LogsTheLayersThatItIsAskedFor) {
  auto const log = monitored({.submodules = {"last", "layers.2"}, .log_every_n_steps = 10});
  EXPECT_EQ(sorted(log.names()), (Keys{"input/last/[32, 64]", "input/layers.2/[32, 8, 8, 8]",
                                       "output/last/[32, 10]", "output/layers.2/[32, 8, 8, 8]"}));
  EXPECT_LT(log.all<Histogram>("input/layers.2/[32, 8, 8, 8]").at(0).min, 0);
  EXPECT_EQ(log.all<Histogram>("output/layers.2/[32, 8, 8, 8]").at(0).min, 0);
}

TEST(ModuleDataMonitorTest, LogsTheVeryValuesOfTheBatch) {
  Net net;
  torch::Tensor const output = net.linear->forward(batch(0).data).sum();
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  trainer.add(ModuleDataMonitor({.log_every_n_steps = 1}));
  trainer.fit(net, batches(1));
  EXPECT_EQ(log.media.size(), 2u);
  EXPECT_NEAR(log.all<Histogram>("input/linear/[4, 3]").at(0).sum,
              batch(0).data.sum().item<double>(), 1e-9);
  EXPECT_NEAR(log.all<Histogram>("output/linear/[4, 2]").at(0).sum, output.item<double>(), 1e-9);
}

TEST(ModuleDataMonitorTest, LooksAtEachNthTrainingBatchOfAnEpochOnly) {
  auto const looks = [](std::int64_t interval) {
    auto const log = monitored({.submodules = {"last"}, .log_every_n_steps = interval}, 2);
    return log.all<Histogram>("output/last/[32, 10]").size();
  };
  EXPECT_EQ(looks(4), 2u * 2);
  EXPECT_EQ(looks(11), 0u);

  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  trainer.add(ModuleDataMonitor({.log_every_n_steps = 2}));
  Net net;
  trainer.on<event::TrainBatchStart>([](auto const& e) {
    if (e.progress.batch == 3) e.control.skip_batch();  // after which there is a validation
  });
  trainer.fit(net, batches(4), batches(3));
  EXPECT_EQ(log.all<Histogram>("output/linear/[4, 2]").size(), 1u);
}

TEST(ModuleDataMonitorTest, LogsEachTensorOfSeveral) {
  struct Remembering : Net {
    torch::Tensor training_step(Batch const& given) {
      return loss(given) + 0 * std::get<0>(lstm->forward(given.data.unsqueeze(0))).sum();
    }
    torch::nn::LSTM lstm = [this] {
      auto made = register_module("lstm", torch::nn::LSTM(3, 5));
      made->to(torch::kDouble);
      return made;
    }();
  } net;
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  trainer.add(ModuleDataMonitor({.submodules = {"lstm"}, .log_every_n_steps = 1}));
  trainer.fit(net, batches(1));
  EXPECT_EQ(sorted(log.names()), (Keys{"input/lstm/[1, 4, 3]", "output/lstm/0/[1, 4, 5]",
                                       "output/lstm/1/[1, 4, 5]", "output/lstm/2/[1, 4, 5]"}));
}

TEST(ModuleDataMonitorTest, DoesNotHearWhatOtherCallbacksComputeWithTheModule) {
  Net net;
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  trainer.add(ModuleDataMonitor({.log_every_n_steps = 1}));
  auto const compute = [&](auto const&) { net.linear->forward(batch(0).data); };
  trainer.on<event::TrainBatchStart>(compute, Order::kLate);
  trainer.on<event::TrainBatchEnd>(compute);
  trainer.fit(net, batches(1));
  EXPECT_EQ(log.media.size(), 2u);
}

TEST(ModuleDataMonitorTest, WarnsOfSubmodulesThatItCannotLookAt) {
  testing::internal::CaptureStderr();
  monitored({.submodules = {"first", "frozen", "last"}, .log_every_n_steps = 5});
  auto const warnings = testing::internal::GetCapturedStderr();
  EXPECT_EQ(count(warnings, "the module has no submodule `first`"), 1) << warnings;
  EXPECT_EQ(count(warnings, "did not see the submodule `frozen` at work"), 1) << warnings;
  EXPECT_EQ(count(warnings, "`last`"), 0) << warnings;
}

TEST(ModuleDataMonitorTest, WarnsOnceWhereNoLoggerTakesHistograms) {
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  trainer.add(ModuleDataMonitor({.submodules = {"last"}, .log_every_n_steps = 1}));
  DigitNet net;
  testing::internal::CaptureStderr();
  trainer.fit(net, digit_loader());
  auto const warnings = testing::internal::GetCapturedStderr();
  EXPECT_EQ(count(warnings, "ModuleDataMonitor logs nothing: no logger takes histograms"), 1);
  EXPECT_EQ(count(warnings, "at work"), 0) << warnings;
}

TEST(ModuleDataMonitorTest, LeavesTheTrainingAsItWas) {
  auto const train = [](bool with_callback) {
    torch::manual_seed(1);
    DigitNet net;
    Trainer trainer({.max_epochs = 1, .device = "cpu"});
    trainer.on<event::MediaLogged>([](auto const&) {});
    if (with_callback) trainer.add(ModuleDataMonitor({.log_every_n_steps = 1}));
    trainer.fit(net, digit_loader());
    return tensors_of(net);
  };
  EXPECT_TRUE(same_bits(train(true), train(false)));
}

TEST(ModuleDataMonitorTest, RefusesAnIntervalOutOfItsRange) {
  EXPECT_EQ(message_of<std::invalid_argument>([] { ModuleDataMonitor({.log_every_n_steps = 0}); }),
            "log_every_n_steps of ModuleDataMonitor must be >= 1, but got 0");
}

}  // namespace
}  // namespace sferic::test
