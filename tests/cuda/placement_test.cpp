// A training on a GPU: what lies there, and that it is the same training.

#include <sferic/callbacks/device_stats_monitor.hpp>
#include <sferic/callbacks/early_stopping.hpp>
#include <sferic/callbacks/exponential_moving_average.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "cuda/support.hpp"
#include "trainer/support.hpp"

namespace sferic::test {
namespace {

using Placement = OnCuda;

class Logging : public Net {
 public:
  void validation_step(Batch const& given, Step& step) { step.log("val_loss", loss(given)); }
};

TrainerOptions on(std::string const& device) { return {.max_epochs = 2, .device = device}; }

TEST_F(Placement, MovesTheModuleAndItsBatches) {
  for (auto const* device : {"auto", "cuda", "cuda:0"}) {
    Trainer trainer(on(device));
    Net net;
    std::int64_t there = 0;
    trainer.on<event::TrainBatchStart>(
        [&](auto const& e) { there += e.batch.template get<Batch>().data.is_cuda(); });
    trainer.on<event::TrainBatchEnd>(
        [&](auto const& e) { there += e.loss.is_cuda() + weights_of(net).is_cuda(); });
    trainer.fit(net, batches(3), batches(1));
    EXPECT_EQ(there, 3 * 6) << device;
  }
}

TEST_F(Placement, EndsAsOnTheCpu) {
  std::vector<torch::Tensor> weights;
  std::vector<double> losses;
  for (auto const* device : {"cpu", "cuda"}) {
    Trainer trainer(on(device));
    Logging net;
    trainer.fit(net, batches(3), batches(1));
    weights.push_back(weights_of(net).cpu());
    losses.push_back(trainer.metrics().at("val_loss"));
  }
  EXPECT_TRUE(torch::allclose(weights[0], weights[1], 0, 1e-12));
  EXPECT_NEAR(losses[0], losses[1], 1e-12);
}

TEST_F(Placement, LetsEarlyStoppingJudgeAValueFromThere) {
  Trainer trainer({.max_epochs = 50, .device = "cuda"});
  Logging net;
  auto const& stopping =
      trainer.add(EarlyStopping({.monitor = "val_loss", .min_delta = 1e3, .patience = 2}));
  trainer.fit(net, batches(2), batches(1));
  EXPECT_EQ(trainer.progress().epoch, 3) << stopping.wait_count();
}

TEST_F(Placement, PredictionsAreOfTheDevice) {
  Trainer trainer(on("cuda"));
  Net net;
  EXPECT_TRUE(trainer.predict(net, batches(1)).front().is_cuda());
}

/// The module ends with the averages, which are the same wherever they are kept.
TEST_F(Placement, AveragesMayBeKeptElsewhere) {
  std::vector<torch::Tensor> weights;
  for (auto const* place : {"", "cpu"}) {
    Trainer trainer(on("cuda"));
    trainer.add(ExponentialMovingAverage({.decay = 0.5, .device = place}));
    Net net;
    trainer.fit(net, batches(3), batches(1));
    EXPECT_TRUE(weights_of(net).is_cuda()) << place;
    weights.push_back(weights_of(net).cpu());
  }
  EXPECT_TRUE(torch::allclose(weights[0], weights[1], 0, 1e-12));
}

TEST_F(Placement, DeviceStatsMonitorLogsWhatTheGpuDoes) {
  Trainer trainer({.max_epochs = 300, .log_every_n_steps = 1, .device = "cuda"});
  trainer.add(DeviceStatsMonitor({.gpu_stats = true, .interval = 0.01}));
  Net net;
  trainer.fit(net, batches(10));
  EXPECT_GT(trainer.metrics().at("gpu_id: 0/memory.used (MB)"), 0);
  EXPECT_GT(trainer.metrics().at("gpu_id: 0/allocated_bytes.all.peak"), 0);
}

}  // namespace
}  // namespace sferic::test
