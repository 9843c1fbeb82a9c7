#include <sferic/callbacks/detail/gpu_stats.hpp>
#include <sferic/callbacks/detail/nvml.hpp>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "device_stats/stand_in_nvml.hpp"
#include "support/message_of.hpp"

namespace sferic::test {
namespace {

using Statistics = std::map<std::string, double>;

class NvmlTest : public testing::Test {
 protected:
  ~NvmlTest() override {
    for (auto* const result :
         {&state.init, &state.utilization, &state.memory, &state.memory_v2, &state.temperature,
          &state.field_values, &state.field, &state.fan_speed, &state.power}) {
      *result = 0;
    }
  }

  static std::shared_ptr<detail::Nvml const> open(std::string const& library) {
    return std::make_shared<detail::Nvml>(library);
  }

  /// What can be read of a device.
  static Statistics values_of(std::shared_ptr<detail::Nvml const> const& nvml,
                              detail::NvmlDevice* device) {
    Statistics values;
    for (auto const& stat : detail::gpu_stats(nvml, device, "g", [](auto) { return true; })) {
      if (auto const value = stat.read()) values[stat.key] = *value;
    }
    return values;
  }

  StandInNvml& state = stand_in_nvml();
};

TEST_F(NvmlTest, ReadsAllThatIsToldOfAGpu) {
  auto const nvml = open(SFERIC_STAND_IN_NVML);
  EXPECT_EQ(values_of(nvml, nvml->by_index(1)), (Statistics{{"g/utilization.gpu (%)", 11},
                                                            {"g/utilization.memory (%)", 21},
                                                            {"g/memory.used (MB)", 101},
                                                            {"g/memory.free (MB)", 1001},
                                                            {"g/temperature.gpu (°C)", 41},
                                                            {"g/temperature.memory (°C)", 51},
                                                            {"g/fan.speed (%)", 61},
                                                            {"g/power.draw (W)", 201.5}}));
}

TEST_F(NvmlTest, ReadsOnlyWhatIsWanted) {
  auto const nvml = open(SFERIC_STAND_IN_NVML);
  auto const stats = detail::gpu_stats(nvml, nvml->by_index(0), "g",
                                       [](auto name) { return name == "power.draw"; });
  ASSERT_EQ(stats.size(), 1);
  EXPECT_EQ(stats[0].key, "g/power.draw (W)");
}

TEST_F(NvmlTest, LeavesOutWhatADeviceDoesNotHave) {
  auto const nvml = open(SFERIC_STAND_IN_NVML);
  state.utilization = state.temperature = state.field_values = state.fan_speed = state.power =
      kNotSupported;
  EXPECT_EQ(values_of(nvml, nvml->by_index(0)),
            (Statistics{{"g/memory.used (MB)", 100}, {"g/memory.free (MB)", 1000}}));
}

TEST_F(NvmlTest, LeavesOutTheTemperatureOfAMemoryThatHasNone) {
  auto const nvml = open(SFERIC_STAND_IN_NVML);
  for (int const result : {kNotSupported, /*an invalid argument*/ 2, /*no data*/ 21}) {
    state.field = result;
    EXPECT_EQ(nvml->memory_temperature(nvml->by_index(0)), std::nullopt);
  }
}

TEST_F(NvmlTest, AsksTheOlderFunctionWhereTheNewerOneRefuses) {
  auto const nvml = open(SFERIC_STAND_IN_NVML);
  state.memory_v2 = kNotSupported;
  EXPECT_EQ(nvml->memory_used(nvml->by_index(0)), 300);
}

TEST_F(NvmlTest, ReadsWhatAnOldDriverHas) {
  auto const nvml = open(SFERIC_STAND_IN_OLD_NVML);
  EXPECT_EQ(values_of(nvml, nvml->by_index(2)),
            (Statistics{{"g/memory.used (MB)", 302}, {"g/memory.free (MB)", 1002}}));
  EXPECT_EQ(nvml->by_uuid("GPU-aaaa0000-0000-0000-0000-000000000000"), nullptr);
  EXPECT_EQ(nvml->by_pci_bus_id("00000000:01:00.0"), nullptr);
}

TEST_F(NvmlTest, ReadsMemoryOfThePartAndTheRestOfTheCard) {
  auto const nvml = open(SFERIC_STAND_IN_NVML);
  auto* const part = nvml->by_uuid("MIG-cccc0000-0000-0000-0000-000000000000");
  ASSERT_NE(part, nullptr);
  EXPECT_EQ(values_of(nvml, part), (Statistics{{"g/memory.used (MB)", 7},
                                               {"g/memory.free (MB)", 70},
                                               {"g/temperature.gpu (°C)", 42},
                                               {"g/temperature.memory (°C)", 52},
                                               {"g/fan.speed (%)", 62},
                                               {"g/power.draw (W)", 202.5}}));
}

TEST_F(NvmlTest, TellsOtherErrorsByTheirWords) {
  auto const nvml = open(SFERIC_STAND_IN_NVML);
  state.temperature = kGpuIsLost;
  EXPECT_EQ(message_of<std::runtime_error>([&] { (void)nvml->temperature(nvml->by_index(0)); }),
            "nvmlDeviceGetTemperature fails with error 15: GPU is lost");
}

TEST_F(NvmlTest, IsShutDownWhenNobodyUsesItAnyMore) {
  auto nvml = open(SFERIC_STAND_IN_NVML);
  EXPECT_EQ(state.users, 1);
  auto const stats = detail::gpu_stats(nvml, nvml->by_index(0), "g", [](auto) { return true; });
  nvml.reset();
  EXPECT_EQ(stats.front().read(), 10);
}

TEST_F(NvmlTest, IsAnErrorWhereThereIsNone) {
  auto const message = message_of<std::runtime_error>([] { open("libnothing-ml.so.1"); });
  EXPECT_NE(message.find("libnothing-ml.so.1"), message.npos) << message;
}

TEST_F(NvmlTest, IsAnErrorWhereTheLibraryIsAnother) {
  EXPECT_EQ(message_of<std::runtime_error>([] { open("libc.so.6"); }),
            "libc.so.6 is no NVML, or one of a driver before 2013");
}

TEST_F(NvmlTest, IsAnErrorWhereThereIsNoDriver) {
  state.init = 9;
  EXPECT_EQ(message_of<std::runtime_error>([] { open(SFERIC_STAND_IN_NVML); }),
            "nvmlInit fails with error 9: Driver Not Loaded");
  EXPECT_EQ(state.users, 0);
}

}  // namespace
}  // namespace sferic::test
