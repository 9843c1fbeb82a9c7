#include <sferic/callbacks/device_stats_monitor.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../trainer/support.hpp"
#include "device_stats/stand_in_nvml.hpp"

namespace sferic::test {
namespace {

using Row = std::map<std::string, double>;
using Names = std::set<std::string>;

constexpr double kDay = 86400;  // an interval in which nothing is read but at the start

class DeviceStatsMonitorTest : public testing::Test {
 protected:
  ~DeviceStatsMonitorTest() override {
    unsetenv("CUDA_VISIBLE_DEVICES");
    state.init = state.temperature = state.fan_speed = 0;
  }

  void start(DeviceStatsMonitorOptions options, TrainerOptions trainer_options = {}) {
    if (options.nvml_library.starts_with("libnvidia")) options.nvml_library = SFERIC_STAND_IN_NVML;
    if (!trainer_options.max_epochs) trainer_options.max_epochs = 1;
    trainer_options.log_every_n_steps = every;
    trainer_options.device = "cpu";
    trainer = std::make_unique<Trainer>(trainer_options);
    trainer->add(DeviceStatsMonitor(std::move(options)));
    trainer->on<event::MetricsLogged>([this](auto const& e) {
      Row row{{"step", static_cast<double>(e.step)}};
      for (auto const& logged : e.values) row[logged.name] = logged.value;
      rows.push_back(row);
    });
  }

  void fit(std::int64_t count) { trainer->fit(net, batches(count)); }

  /// What has been logged, and in how many rows.
  std::map<std::string, int> counts() const {
    std::map<std::string, int> counts;
    for (auto const& row : rows) {
      for (auto const& [name, value] : row) ++counts[name];
    }
    counts.erase("step");
    return counts;
  }

  Names names() const {
    Names names;
    for (auto const& [name, count] : counts()) names.insert(name);
    return names;
  }

  template <class Error>
  std::string error_of(DeviceStatsMonitorOptions const& options) {
    return message_of<Error>([&] {
      start(options);
      fit(1);
    });
  }

  /// Lasts until all has been read anew: one reading may be under way at the beginning, and one at
  /// the end.
  void wait_for_sample() {
    int const before = state.readings;
    while (state.readings < before + 3) std::this_thread::yield();
  }

  StandInNvml& state = stand_in_nvml();
  std::int64_t every = 1;
  std::unique_ptr<Trainer> trainer;
  std::vector<Row> rows;
  Net net;
};

TEST_F(DeviceStatsMonitorTest, WatchesTheCpuOfAModuleThatIsOnIt) {
  start({.interval = kDay});
  fit(3);
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(names(), (Names{"cpu/cpu_vm_percent", "cpu/cpu_swap_percent", "cpu/process_rss (MB)",
                            "cpu/process_swap (MB)"}));
  EXPECT_EQ(rows[0]["step"], 0);
  EXPECT_GT(rows[0]["cpu/process_rss (MB)"], 1);
  EXPECT_EQ(state.users, 0);
}

TEST_F(DeviceStatsMonitorTest, WatchesTheGpusThatAreNamed) {
  start({.cpu_stats = false, .gpus = {0, 2}, .interval = kDay});
  fit(1);
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0], (Row{{"step", 0},
                          {"gpu_id: 0/utilization.gpu (%)", 10},
                          {"gpu_id: 0/utilization.memory (%)", 20},
                          {"gpu_id: 0/memory.used (MB)", 100},
                          {"gpu_id: 0/memory.free (MB)", 1000},
                          {"gpu_id: 0/temperature.gpu (°C)", 40},
                          {"gpu_id: 0/temperature.memory (°C)", 50},
                          {"gpu_id: 0/fan.speed (%)", 60},
                          {"gpu_id: 0/power.draw (W)", 200.5},
                          {"gpu_id: 2/utilization.gpu (%)", 12},
                          {"gpu_id: 2/utilization.memory (%)", 22},
                          {"gpu_id: 2/memory.used (MB)", 102},
                          {"gpu_id: 2/memory.free (MB)", 1002},
                          {"gpu_id: 2/temperature.gpu (°C)", 42},
                          {"gpu_id: 2/temperature.memory (°C)", 52},
                          {"gpu_id: 2/fan.speed (%)", 62},
                          {"gpu_id: 2/power.draw (W)", 202.5}}));
}

TEST_F(DeviceStatsMonitorTest, WatchesTheGpuThatTheProgramMeansByItsNumber) {
  setenv("CUDA_VISIBLE_DEVICES", "2,GPU-aaaa1", 1);
  start({.cpu_stats = false, .filter_keys = {"memory.used"}, .gpus = {0, 1}, .interval = kDay});
  fit(1);
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(
      rows[0],
      (Row{{"step", 0}, {"gpu_id: 0/memory.used (MB)", 102}, {"gpu_id: 1/memory.used (MB)", 101}}));
}

TEST_F(DeviceStatsMonitorTest, LeavesOutWhatTheGpuDoesNotHave) {
  state.fan_speed = kNotSupported;
  start({.cpu_stats = false,
         .filter_keys = {"fan.speed", "power.draw"},
         .gpus = {0},
         .interval = kDay});
  testing::internal::CaptureStderr();
  fit(1);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(names(), Names{"gpu_id: 0/power.draw (W)"});
}

TEST_F(DeviceStatsMonitorTest, LogsWhatIsWantedOnly) {
  start({.cpu_stats = true,
         .filter_keys = {"cpu_vm_percent", "power.draw"},
         .gpus = {1},
         .interval = kDay});
  fit(1);
  EXPECT_EQ(names(), (Names{"gpu_id: 1/power.draw (W)", "cpu/cpu_vm_percent"}));
}

TEST_F(DeviceStatsMonitorTest, LogsNothingWhereNothingIsWatched) {
  start({.gpu_stats = false, .cpu_stats = false, .gpus = {0}});
  fit(2);
  EXPECT_TRUE(rows.empty());
  EXPECT_EQ(state.users, 0);
}

TEST_F(DeviceStatsMonitorTest, LogsEachSampleOnceWithTheNextStepThatLoggersAreToldOf) {
  every = 3;
  start({.interval = kDay});
  fit(9);
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0]["step"], 2);
}

TEST_F(DeviceStatsMonitorTest, LogsForThoseWhoReadValuesWhereLoggersAreToldNone) {
  every = 0;
  start({.interval = kDay});
  fit(1);
  EXPECT_TRUE(rows.empty());
  EXPECT_TRUE(trainer->metrics().get("cpu/cpu_vm_percent"));
}

TEST_F(DeviceStatsMonitorTest, ReadsOnWhileTheTrainingRuns) {
  net.while_training = [this](Step&) { wait_for_sample(); };
  start({.cpu_stats = true, .gpus = {0}, .interval = 1e-3});
  fit(5);
  auto const logged = counts();
  EXPECT_EQ(logged.at("gpu_id: 0/power.draw (W)"), 5);
  EXPECT_GE(logged.at("cpu/process_cpu_percent"), 4);
}

TEST_F(DeviceStatsMonitorTest, ReadsNothingAfterTheTask) {
  start({.gpus = {0}, .interval = 1e-3});
  fit(1);
  int const readings = state.readings;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(state.readings, readings);

  net.while_training = [](Step&) { throw std::runtime_error("broken"); };
  EXPECT_THROW(fit(1), std::runtime_error);
  int const readings_after_error = state.readings;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(state.readings, readings_after_error);

  trainer.reset();
  EXPECT_EQ(state.users, 0);
}

TEST_F(DeviceStatsMonitorTest, WarnsOnceOfAGpuThatFailsAndLogsWhatElseThereIs) {
  net.while_training = [this](Step&) { wait_for_sample(); };
  start({.cpu_stats = false,
         .filter_keys = {"temperature.gpu", "power.draw"},
         .gpus = {0},
         .interval = 1e-3});
  trainer->on<event::TrainBatchEnd>([this](auto const& e) {
    if (e.progress.batch == 1) state.temperature = kGpuIsLost;
    if (e.progress.batch == 5) state.temperature = 0;
  });
  testing::internal::CaptureStderr();
  fit(8);
  auto const text = testing::internal::GetCapturedStderr();
  auto const expected =
      "DeviceStatsMonitor could not read gpu_id: 0/temperature.gpu (°C): nvmlDeviceGetTemperature "
      "fails with error 15: GPU is lost";
  auto const at = text.find(expected);
  ASSERT_NE(at, text.npos) << text;
  EXPECT_EQ(text.find(expected, at + 1), text.npos) << text;
  auto const logged = counts();
  EXPECT_EQ(logged.at("gpu_id: 0/power.draw (W)"), 8);
  EXPECT_EQ(logged.at("gpu_id: 0/temperature.gpu (°C)"), 4);
}

TEST_F(DeviceStatsMonitorTest, WatchesValidationsAndTestsToo) {
  start({.filter_keys = {"cpu_vm_percent"}, .interval = kDay});
  trainer->validate(net, batches(3));
  EXPECT_EQ(counts(), (std::map<std::string, int>{{"cpu/cpu_vm_percent", 1}}));
  rows.clear();
  trainer->test(net, batches(3));
  EXPECT_EQ(counts(), (std::map<std::string, int>{{"cpu/cpu_vm_percent", 1}}));
}

TEST_F(DeviceStatsMonitorTest, GoesOnInTheValidationsOfAFit) {
  start({.cpu_stats = false, .filter_keys = {"power.draw"}, .gpus = {0}, .interval = 1e-3},
        {.num_sanity_val_steps = 0});
  net.while_validating = [this](Step&) { wait_for_sample(); };
  trainer->fit(net, batches(1), batches(2));
  EXPECT_EQ(counts().at("gpu_id: 0/power.draw (W)"), 3);
}

TEST_F(DeviceStatsMonitorTest, ReadsNothingInTheSanityCheckAndInPredict) {
  start({.cpu_stats = false, .gpus = {0}, .interval = 1e-3});
  int readings = -1;
  trainer->on<event::SanityCheckEnd>([&](auto const&) { readings = state.readings; });
  int const before = state.readings;
  trainer->fit(net, batches(1), batches(2));
  EXPECT_EQ(readings, before);
  int const after = state.readings;
  trainer->predict(net, batches(2));
  EXPECT_EQ(state.readings, after);
}

TEST_F(DeviceStatsMonitorTest, TakesTheTimesOfAndBetweenBatches) {
  start({.gpu_stats = false, .cpu_stats = false, .intra_step_time = true, .inter_step_time = true},
        {.max_epochs = 2});
  net.while_training = [](Step&) { std::this_thread::sleep_for(std::chrono::milliseconds(3)); };
  fit(3);
  EXPECT_EQ(counts(), (std::map<std::string, int>{{"batch_time/intra_step (ms)", 6},
                                                  {"batch_time/inter_step (ms)", 4}}));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_GE(rows[i].at("batch_time/intra_step (ms)"), 3);
    EXPECT_EQ(rows[i].contains("batch_time/inter_step (ms)"), i % 3 != 0) << i;
  }
}

TEST_F(DeviceStatsMonitorTest, LogsTimesWithTheStepsThatLoggersAreToldOf) {
  every = 2;
  start({.cpu_stats = false, .intra_step_time = true}, {.accumulate_grad_batches = 2});
  fit(8);
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0]["step"], 1);
  EXPECT_EQ(rows[1]["step"], 3);
}

TEST_F(DeviceStatsMonitorTest, TakesNoTimeBetweenBatchesOverAValidationOrASkippedBatch) {
  start({.cpu_stats = false, .inter_step_time = true},
        {.num_sanity_val_steps = 0, .val_check_interval = 2});
  trainer->on<event::BeforeBackward>([](auto const& e) {
    if (e.progress.batch == 4) e.control.skip_batch();
  });
  trainer->fit(net, batches(8), batches(1));
  Names steps;
  for (auto const& row : rows) steps.insert(std::to_string(static_cast<int>(row.at("step"))));
  // Of batches 1, 3 and 7: before 2 and 6 is a validation, and 5, the fifth step, comes after 4.
  EXPECT_EQ(steps, (Names{"1", "3", "6"}));
}

TEST_F(DeviceStatsMonitorTest, BeginsAnewInASecondFit) {
  start({.filter_keys = {"cpu_vm_percent"}, .interval = kDay});
  fit(2);
  fit(2);
  EXPECT_EQ(counts().at("cpu/cpu_vm_percent"), 2);
}

TEST_F(DeviceStatsMonitorTest, GoesWithoutGpusThatNobodyAskedFor) {
  start({.gpu_stats = {}, .cpu_stats = true, .nvml_library = "libnothing.so.1"});
  fit(1);
  EXPECT_TRUE(names().contains("cpu/cpu_vm_percent"));
}

TEST_F(DeviceStatsMonitorTest, RefusesAtOnceToWatchGpusWithoutNvml) {
  auto const message = message_of<std::runtime_error>(
      [] { DeviceStatsMonitor({.gpu_stats = true, .nvml_library = "libnothing.so.1"}); });
  EXPECT_TRUE(message.starts_with("DeviceStatsMonitor cannot watch GPUs as gpu_stats asks for: "))
      << message;
  EXPECT_NE(message.find("libnothing.so.1"), message.npos) << message;
}

TEST_F(DeviceStatsMonitorTest, RefusesToWatchGpusWithoutADriver) {
  state.init = 9;
  EXPECT_EQ(error_of<std::runtime_error>({.gpus = {0}}),
            "DeviceStatsMonitor cannot watch GPUs as gpu_stats asks for: nvmlInit fails with error "
            "9: Driver Not Loaded");
}

TEST_F(DeviceStatsMonitorTest, RefusesToWatchTheGpuOfAModuleThatIsOnNone) {
  EXPECT_EQ(error_of<std::invalid_argument>({.gpu_stats = true}),
            "gpu_stats of DeviceStatsMonitor is true, but the module is on no GPU; `gpus` names "
            "others");
}

TEST_F(DeviceStatsMonitorTest, RefusesAGpuThatIsNotThere) {
  setenv("CUDA_VISIBLE_DEVICES", "1", 1);
  EXPECT_EQ(error_of<std::invalid_argument>({.gpus = {1}}),
            "there is no GPU cuda:1: NVML finds 3, and CUDA_VISIBLE_DEVICES is \"1\"");
}

TEST_F(DeviceStatsMonitorTest, RefusesOptionsThatAreOutOfTheirRange) {
  auto const refusal = [](DeviceStatsMonitorOptions const& options) {
    return message_of<std::invalid_argument>([&] { DeviceStatsMonitor{options}; });
  };
  EXPECT_EQ(refusal({.interval = 0}),
            "interval of DeviceStatsMonitor must be > 0 and <= 86400, but got 0");
  EXPECT_EQ(refusal({.interval = std::numeric_limits<double>::quiet_NaN()}),
            "interval of DeviceStatsMonitor must be > 0 and <= 86400, but got nan");
  EXPECT_EQ(refusal({.gpus = {0, -1}}),
            "gpus of DeviceStatsMonitor must be numbers >= 0, but got -1");
  auto const unknown = refusal({.filter_keys = {"cpu_percent", "gpu.utilization"}});
  EXPECT_TRUE(
      unknown.starts_with("filter_keys of DeviceStatsMonitor must be names of statistics, "
                          "but got \"gpu.utilization\"; there are utilization.gpu, "))
      << unknown;
  for (auto const* const name : {"num_ooms", "allocated_bytes.all.current", "process_rss"}) {
    EXPECT_NE(unknown.find(name), unknown.npos) << unknown;
  }
}

}  // namespace
}  // namespace sferic::test
