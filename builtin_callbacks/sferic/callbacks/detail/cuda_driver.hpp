#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sferic::detail {

/// What tells a GPU from all others.
struct GpuIdentity {
  std::string uuid;        ///< "8932f937-d72c-4106-c12f-20bd9faed9f6"; empty if unknown
  std::string pci_bus_id;  ///< "0000:65:00.0"; empty if unknown
};

/// What the program calls cuda:INDEX, by CUDA's own word: whatever CUDA_VISIBLE_DEVICES and
/// CUDA_DEVICE_ORDER make of it. Nothing where the program does not use CUDA (by now).
std::optional<GpuIdentity> cuda_identity(std::int64_t index);

}  // namespace sferic::detail
