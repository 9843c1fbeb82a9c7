#include <sferic/callbacks/detail/gpu_stats.hpp>

#include <optional>

namespace sferic::detail {

namespace {

struct GpuStat {
  std::string_view name;
  std::string_view unit;
  std::optional<double> (Nvml::*read)(NvmlDevice*) const;
};

// nvidia-smi calls a mebibyte MB.
constexpr GpuStat kGpuStats[] = {
    {"utilization.gpu", "%", &Nvml::gpu_utilization},
    {"utilization.memory", "%", &Nvml::memory_utilization},
    {"memory.used", "MB", &Nvml::memory_used},
    {"memory.free", "MB", &Nvml::memory_free},
    {"temperature.gpu", "°C", &Nvml::temperature},
    {"temperature.memory", "°C", &Nvml::memory_temperature},
    {"fan.speed", "%", &Nvml::fan_speed},
    {"power.draw", "W", &Nvml::power},
};

}  // namespace

std::vector<std::string_view> gpu_stat_names() {
  std::vector<std::string_view> names;
  for (auto const& stat : kGpuStats) names.push_back(stat.name);
  return names;
}

std::vector<Stat> gpu_stats(std::shared_ptr<Nvml const> const& nvml, NvmlDevice* device,
                            std::string const& title, StatFilter const& wanted) {
  std::vector<Stat> stats;
  for (auto const& stat : kGpuStats) {
    if (!wanted(stat.name)) continue;
    stats.push_back({key_of(title, stat.name, stat.unit),
                     [nvml, device, read = stat.read] { return (*nvml.*read)(device); }});
  }
  return stats;
}

}  // namespace sferic::detail
