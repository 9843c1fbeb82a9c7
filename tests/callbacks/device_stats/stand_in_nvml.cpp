#include "stand_in_nvml.hpp"

#include <array>
#include <cstring>
#include <string>
#include <string_view>

// Declared as in NVIDIA's nvml.h, and not by the declarations under test.

struct nvmlDevice_st {
  std::string_view uuid;
  std::string_view pci_bus_id;
  unsigned number;
  bool is_part;
};

namespace {

using nvmlReturn_t = int;
using nvmlDevice_t = nvmlDevice_st*;

enum : nvmlReturn_t { kSuccess = 0, kInvalidArgument = 2, kNotFound = 6, kVersionMismatch = 25 };

constexpr unsigned long long kMebibyte = 1ULL << 20U;

std::array<nvmlDevice_st, 4> devices = {{
    {"GPU-aaaa0000-0000-0000-0000-000000000000", "00000000:01:00.0", 0, false},
    {"GPU-aaaa1111-0000-0000-0000-000000000000", "00000000:02:00.0", 1, false},
    {"GPU-bbbb0000-0000-0000-0000-000000000000", "00000000:03:00.0", 2, false},
    {"MIG-cccc0000-0000-0000-0000-000000000000", "", 2, true},
}};
constexpr unsigned kGpus = 3;

sferic::test::StandInNvml state;

[[maybe_unused]] nvmlReturn_t give(std::atomic<int> const& result, unsigned* to, unsigned value) {
  if (result == kSuccess) *to = value;
  return result;
}

}  // namespace

sferic::test::StandInNvml& sferic::test::stand_in_nvml() { return state; }

extern "C" {

nvmlReturn_t nvmlInit_v2() {
  if (state.init == kSuccess) ++state.users;
  return state.init;
}

nvmlReturn_t nvmlShutdown() {
  --state.users;
  return kSuccess;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned* count) {
  *count = kGpus;
  return kSuccess;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned index, nvmlDevice_t* device) {
  if (index >= kGpus) return kInvalidArgument;
  *device = &devices[index];
  return kSuccess;
}

#ifndef STAND_IN_IS_OLD

char const* nvmlErrorString(nvmlReturn_t result) {
  return result == sferic::test::kGpuIsLost ? "GPU is lost" : "Driver Not Loaded";
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(char const* uuid, nvmlDevice_t* device) {
  for (auto& each : devices) {
    if (each.uuid != uuid) continue;
    *device = &each;
    return kSuccess;
  }
  return kNotFound;
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(char const* id, nvmlDevice_t* device) {
  // CUDA writes the domain with four digits, NVML with eight.
  std::string const text = std::string(id).size() == 12 ? std::string("0000") + id : id;
  for (auto& each : devices) {
    if (each.pci_bus_id != text) continue;
    *device = &each;
    return kSuccess;
  }
  return kNotFound;
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char* uuid, unsigned length) {
  if (length <= device->uuid.size()) return kInvalidArgument;
  std::memcpy(uuid, device->uuid.data(), device->uuid.size());
  uuid[device->uuid.size()] = '\0';
  return kSuccess;
}

nvmlReturn_t nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvmlDevice_t part, nvmlDevice_t* device) {
  if (!part->is_part) return kInvalidArgument;
  *device = &devices[part->number];
  return kSuccess;
}

typedef struct {
  unsigned int gpu;
  unsigned int memory;
} nvmlUtilization_t;

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t* rates) {
  if (device->is_part) return sferic::test::kNotSupported;
  if (state.utilization == kSuccess) *rates = {10 + device->number, 20 + device->number};
  return state.utilization;
}

typedef struct {
  unsigned int version;
  unsigned long long total;
  unsigned long long reserved;
  unsigned long long free;
  unsigned long long used;
} nvmlMemory_v2_t;

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t* memory) {
  if (memory->version != (sizeof(nvmlMemory_v2_t) | 2U << 24U)) return kVersionMismatch;
  if (state.memory_v2 != kSuccess) return state.memory_v2;
  memory->used = kMebibyte * (device->is_part ? 7 : 100 + device->number);
  memory->free = kMebibyte * (device->is_part ? 70 : 1000 + device->number);
  return kSuccess;
}

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, int sensor, unsigned* degrees) {
  if (device->is_part || sensor != 0) return kInvalidArgument;
  return give(state.temperature, degrees, 40 + device->number);
}

nvmlReturn_t nvmlDeviceGetFanSpeed(nvmlDevice_t device, unsigned* percent) {
  if (device->is_part) return kInvalidArgument;
  return give(state.fan_speed, percent, 60 + device->number);
}

nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned* milliwatts) {
  if (device->is_part) return kInvalidArgument;
  ++state.readings;
  return give(state.power, milliwatts, 200500 + 1000 * device->number);
}

typedef union {
  double dVal;
  unsigned int uiVal;
  unsigned long ulVal;
  unsigned long long ullVal;
  signed long long sllVal;
} nvmlValue_t;

typedef struct {
  unsigned int fieldId;
  unsigned int scopeId;
  long long timestamp;
  long long latencyUsec;
  int valueType;
  nvmlReturn_t nvmlReturn;
  nvmlValue_t value;
} nvmlFieldValue_t;

nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int count, nvmlFieldValue_t* values) {
  if (device->is_part || count != 1 || values[0].fieldId != 82) return kInvalidArgument;
  values[0].nvmlReturn = state.field;
  values[0].value.uiVal = 50 + device->number;
  return state.field_values;
}

#endif  // of functions that an old driver lacks

typedef struct {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
} nvmlMemory_t;

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t* memory) {
  if (state.memory != kSuccess) return state.memory;
  memory->used = kMebibyte * (300 + device->number);  // with what the driver keeps
  memory->free = kMebibyte * (1000 + device->number);
  return kSuccess;
}

}  // extern "C"
