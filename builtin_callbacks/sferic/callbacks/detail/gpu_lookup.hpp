#pragma once

#include <sferic/callbacks/detail/cuda_driver.hpp>
#include <sferic/callbacks/detail/nvml.hpp>

#include <cstdint>
#include <optional>

namespace sferic::detail {

/// The GPU, or the part of one, that the program calls cuda:INDEX: by its identity if that is
/// known, else by `visible`, the value of CUDA_VISIBLE_DEVICES, null where it is not set. Numbers
/// in that are NVML's and nvidia-smi's, in the order of the PCI bus.
///
/// Throws std::invalid_argument, saying what is visible, if there is no such GPU.
NvmlDevice* find_gpu(Nvml const& nvml, std::int64_t index,
                     std::optional<GpuIdentity> const& identity, char const* visible);

}  // namespace sferic::detail
