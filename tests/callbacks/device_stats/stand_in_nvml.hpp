#pragma once

#include <atomic>

namespace sferic::test {

/// A library with NVML's functions, built as NVIDIA's is. It knows
///
///   GPU 0  GPU-aaaa0000-0000-0000-0000-000000000000  00000000:01:00.0
///   GPU 1  GPU-aaaa1111-0000-0000-0000-000000000000  00000000:02:00.0
///   GPU 2  GPU-bbbb0000-0000-0000-0000-000000000000  00000000:03:00.0
///   MIG-cccc0000-0000-0000-0000-000000000000, a part of GPU 2
///
/// of which GPU N has utilizations of 10 + N and 20 + N %, 100 + N and 1000 + N MiB used and free,
/// 40 + N and 50 + N °C, a fan at 60 + N % and draws 200.5 + N W; the part has no utilizations, and
/// 7 and 70 MiB.
///
/// What its functions return, 0 for success, as NVML has it.
struct StandInNvml {
  std::atomic<int> init = 0;
  std::atomic<int> utilization = 0;
  std::atomic<int> memory = 0;
  std::atomic<int> memory_v2 = 0;
  std::atomic<int> temperature = 0;
  std::atomic<int> field_values = 0;
  std::atomic<int> field = 0;
  std::atomic<int> fan_speed = 0;
  std::atomic<int> power = 0;

  std::atomic<int> users = 0;     ///< calls of nvmlInit without one of nvmlShutdown
  std::atomic<int> readings = 0;  ///< of the power, which is read last
};

inline constexpr int kNotSupported = 3;
inline constexpr int kGpuIsLost = 15;

/// The one instance, in the library.
StandInNvml& stand_in_nvml();

}  // namespace sferic::test
