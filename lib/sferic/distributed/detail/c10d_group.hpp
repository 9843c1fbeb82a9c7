#pragma once

#include <sferic/distributed/detail/launch.hpp>
#include <sferic/distributed/distributed.hpp>

// Before other headers of LibTorch, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <memory>
#include <vector>

namespace gloo::transport {
class Device;
}

namespace sferic::detail {

using StorePointer = c10::intrusive_ptr<c10d::Store>;
using GroupPointer = c10::intrusive_ptr<c10d::ProcessGroup>;
using Devices = std::vector<std::shared_ptr<gloo::transport::Device>>;

/// Where the ranks find each other, and leave messages; rank zero keeps it, if the starter of the
/// processes doesn't. Waits for all of them.
StorePointer make_store(Launch const& launch, DistributedOptions const& options);

/// The network interfaces: those that the user names, else that by which this machine reaches rank
/// zero's. (torch takes what the machine's name stands for, which often is the loopback.)
Devices make_devices(Launch const& launch);

/// The group that reduces tensors on the CPU, by Gloo; and those on GPUs, where that is asked for.
GroupPointer make_cpu_group(Launch const& launch, DistributedOptions const& options,
                            StorePointer const& store, Devices const& devices);

/// The group that reduces gradients: of its own where that is NCCL, else the one for the CPU.
/// Throws std::invalid_argument for a backend that LibTorch lacks.
GroupPointer make_gradient_group(Launch const& launch, DistributedOptions const& options,
                                 StorePointer const& store, GroupPointer const& cpu_group);

}  // namespace sferic::detail
