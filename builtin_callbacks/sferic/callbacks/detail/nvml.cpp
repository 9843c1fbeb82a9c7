#include <sferic/callbacks/detail/nvml.hpp>

#include <array>
#include <stdexcept>

namespace sferic::detail {

namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;

/// Null, too, where NVML does not have the function.
template <class Find>
NvmlDevice* found(Find* find, std::string const& name) {
  NvmlDevice* device = nullptr;
  return find && find(name.c_str(), &device) == nvml::kSuccess ? device : nullptr;
}

}  // namespace

Nvml::Nvml(std::string const& library) : library_(library), api_(library_) {
  if (!api_.init || !api_.shutdown || !api_.count || !api_.by_index) {
    throw std::runtime_error(library + " is no NVML, or one of a driver before 2013");
  }
  check(api_.init(), "nvmlInit");
}

Nvml::~Nvml() { api_.shutdown(); }

void Nvml::check(nvml::Return result, char const* function) const {
  if (result == nvml::kSuccess) return;
  std::string message = std::string(function) + " fails with error " + std::to_string(result);
  if (api_.error_string) message += std::string(": ") + api_.error_string(result);
  throw std::runtime_error(message);
}

/// Whether there is a value.
bool Nvml::has(nvml::Return result, char const* function) const {
  switch (result) {
    case nvml::kNotSupported:
    case nvml::kNoPermission:
    case nvml::kFunctionNotFound:
    case nvml::kNoData:
      return false;
    default:
      check(result, function);
      return true;
  }
}

unsigned Nvml::count() const {
  unsigned count = 0;
  check(api_.count(&count), "nvmlDeviceGetCount");
  return count;
}

NvmlDevice* Nvml::by_index(unsigned index) const {
  NvmlDevice* device = nullptr;
  check(api_.by_index(index, &device), "nvmlDeviceGetHandleByIndex");
  return device;
}

NvmlDevice* Nvml::by_uuid(std::string const& uuid) const { return found(api_.by_uuid, uuid); }

NvmlDevice* Nvml::by_pci_bus_id(std::string const& id) const {
  return found(api_.by_pci_bus_id, id);
}

std::string Nvml::uuid(NvmlDevice* device) const {
  std::array<char, nvml::kUuidSize> text = {};
  if (!api_.uuid) return "";
  check(api_.uuid(device, text.data(), nvml::kUuidSize), "nvmlDeviceGetUUID");
  return text.data();
}

/// What the device is a part of, or itself.
NvmlDevice* Nvml::card(NvmlDevice* device) const {
  NvmlDevice* whole = nullptr;
  bool const is_part = api_.parent && api_.parent(device, &whole) == nvml::kSuccess;
  return is_part ? whole : device;
}

std::optional<nvml::Utilization> Nvml::utilization(NvmlDevice* device) const {
  nvml::Utilization rates = {};
  if (!api_.utilization) return std::nullopt;
  if (!has(api_.utilization(device, &rates), "nvmlDeviceGetUtilizationRates")) return std::nullopt;
  return rates;
}

std::optional<double> Nvml::gpu_utilization(NvmlDevice* device) const {
  auto const rates = utilization(device);
  return rates ? std::optional<double>(rates->gpu) : std::nullopt;
}

std::optional<double> Nvml::memory_utilization(NvmlDevice* device) const {
  auto const rates = utilization(device);
  return rates ? std::optional<double>(rates->memory) : std::nullopt;
}

/// By the newer function, which some devices refuse, or else by the older one.
std::optional<nvml::Memory> Nvml::memory(NvmlDevice* device) const {
  nvml::MemoryV2 newer = {
      .version = nvml::kMemoryV2, .total = 0, .reserved = 0, .free = 0, .used = 0};
  if (api_.memory_v2 && api_.memory_v2(device, &newer) == nvml::kSuccess) {
    return nvml::Memory{newer.total, newer.free, newer.used};
  }
  nvml::Memory memory = {};
  if (!api_.memory) return std::nullopt;
  if (!has(api_.memory(device, &memory), "nvmlDeviceGetMemoryInfo")) return std::nullopt;
  return memory;
}

std::optional<double> Nvml::memory_used(NvmlDevice* device) const {
  auto const info = memory(device);
  return info ? std::optional<double>(static_cast<double>(info->used) / kMebibyte) : std::nullopt;
}

std::optional<double> Nvml::memory_free(NvmlDevice* device) const {
  auto const info = memory(device);
  return info ? std::optional<double>(static_cast<double>(info->free) / kMebibyte) : std::nullopt;
}

std::optional<double> Nvml::temperature(NvmlDevice* device) const {
  unsigned degrees = 0;
  if (!api_.temperature) return std::nullopt;
  auto const result = api_.temperature(card(device), nvml::kGpuSensor, &degrees);
  if (!has(result, "nvmlDeviceGetTemperature")) return std::nullopt;
  return degrees;
}

std::optional<double> Nvml::memory_temperature(NvmlDevice* device) const {
  nvml::FieldValue value = {};
  value.field = nvml::kMemoryTemperature;
  if (!api_.field_values) return std::nullopt;
  auto const result = api_.field_values(card(device), 1, &value);
  // A card that does not know the field calls it an invalid argument.
  if (!has(result, "nvmlDeviceGetFieldValues") || value.result == nvml::kInvalidArgument ||
      !has(value.result, "nvmlDeviceGetFieldValues")) {
    return std::nullopt;
  }
  return value.value.as_unsigned;
}

std::optional<double> Nvml::fan_speed(NvmlDevice* device) const {
  unsigned percent = 0;
  if (!api_.fan_speed) return std::nullopt;
  if (!has(api_.fan_speed(card(device), &percent), "nvmlDeviceGetFanSpeed")) return std::nullopt;
  return percent;
}

std::optional<double> Nvml::power(NvmlDevice* device) const {
  unsigned milliwatts = 0;
  if (!api_.power) return std::nullopt;
  if (!has(api_.power(card(device), &milliwatts), "nvmlDeviceGetPowerUsage")) return std::nullopt;
  return milliwatts / 1000.0;
}

}  // namespace sferic::detail
