#pragma once

#include <sferic/callbacks/detail/shared_library.hpp>

// The part of NVML's C interface that is used, declared here so that building needs none of
// NVIDIA's packages. Names, numbers and layouts are those of NVIDIA's nvml.h, which are kept from
// version to version: what changes gets a new name.

namespace sferic::detail {

struct NvmlDevice;  ///< NVML's nvmlDevice_t points to it

namespace nvml {

using Return = int;
inline constexpr Return kSuccess = 0;
inline constexpr Return kInvalidArgument = 2;
inline constexpr Return kNotSupported = 3;
inline constexpr Return kNoPermission = 4;
inline constexpr Return kNotFound = 6;
inline constexpr Return kFunctionNotFound = 13;
inline constexpr Return kNoData = 21;

struct Utilization {
  unsigned gpu;
  unsigned memory;
};

struct Memory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

/// Without what the driver keeps for itself in `used`.
struct MemoryV2 {
  unsigned version;
  unsigned long long total;
  unsigned long long reserved;
  unsigned long long free;
  unsigned long long used;
};
inline constexpr unsigned kMemoryV2 = sizeof(MemoryV2) | 2U << 24U;

inline constexpr unsigned kMemoryTemperature = 82;  ///< a field
inline constexpr unsigned kGpuSensor = 0;           ///< for nvmlDeviceGetTemperature

struct FieldValue {
  unsigned field;
  unsigned scope;
  long long timestamp;
  long long latency;
  int type;
  Return result;
  union {
    double as_double;
    unsigned as_unsigned;
    unsigned long long as_long;
  } value;
};

inline constexpr unsigned kUuidSize = 96;

/// NVML's functions; null are those that this version of it does not have.
struct Api {
  explicit Api(SharedLibrary const& library) {
    library.find("nvmlInit_v2", init);
    library.find("nvmlShutdown", shutdown);
    library.find("nvmlErrorString", error_string);
    library.find("nvmlDeviceGetCount_v2", count);
    library.find("nvmlDeviceGetHandleByIndex_v2", by_index);
    library.find("nvmlDeviceGetHandleByUUID", by_uuid);
    library.find("nvmlDeviceGetHandleByPciBusId_v2", by_pci_bus_id);
    library.find("nvmlDeviceGetUUID", uuid);
    library.find("nvmlDeviceGetDeviceHandleFromMigDeviceHandle", parent);
    library.find("nvmlDeviceGetUtilizationRates", utilization);
    library.find("nvmlDeviceGetMemoryInfo", memory);
    library.find("nvmlDeviceGetMemoryInfo_v2", memory_v2);
    library.find("nvmlDeviceGetTemperature", temperature);
    library.find("nvmlDeviceGetFanSpeed", fan_speed);
    library.find("nvmlDeviceGetPowerUsage", power);
    library.find("nvmlDeviceGetFieldValues", field_values);
  }

  Return (*init)();
  Return (*shutdown)();
  char const* (*error_string)(Return);
  Return (*count)(unsigned*);
  Return (*by_index)(unsigned, NvmlDevice**);
  Return (*by_uuid)(char const*, NvmlDevice**);
  Return (*by_pci_bus_id)(char const*, NvmlDevice**);
  Return (*uuid)(NvmlDevice*, char*, unsigned);
  Return (*parent)(NvmlDevice*, NvmlDevice**);
  Return (*utilization)(NvmlDevice*, Utilization*);
  Return (*memory)(NvmlDevice*, Memory*);
  Return (*memory_v2)(NvmlDevice*, MemoryV2*);
  Return (*temperature)(NvmlDevice*, unsigned sensor, unsigned*);
  Return (*fan_speed)(NvmlDevice*, unsigned*);
  Return (*power)(NvmlDevice*, unsigned*);
  Return (*field_values)(NvmlDevice*, int count, FieldValue*);
};

}  // namespace nvml
}  // namespace sferic::detail
