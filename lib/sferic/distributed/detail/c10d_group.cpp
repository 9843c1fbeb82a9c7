#include <sferic/distributed/detail/c10d_group.hpp>

#include <sferic/distributed/detail/local_address.hpp>
#include <sferic/distributed/detail/meeting.hpp>

#include <fmt/format.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/cuda.h>
#include <torch/version.h>
#ifdef SFERIC_WITH_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <chrono>
#include <cstdlib>
#include <initializer_list>
#include <sstream>
#include <stdexcept>

namespace sferic::detail {

namespace {

using Gloo = c10d::ProcessGroupGloo;

#if TORCH_VERSION_MAJOR >= 2

// From LibTorch 2 on a group has a backend for each type of device.
template <class Backend>
GroupPointer group_of(Launch const& launch, StorePointer const& store,
                      std::initializer_list<at::DeviceType> devices,
                      c10d::ProcessGroup::BackendType type, c10::intrusive_ptr<Backend> backend) {
  auto const rank = static_cast<int>(launch.rank);
  auto const size = static_cast<int>(launch.world_size);
#if TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 6
  auto group = c10::make_intrusive<c10d::ProcessGroup>(store, rank, size);
  group->setDefaultBackend(type);
#else
  auto const options = c10::make_intrusive<c10d::ProcessGroup::Options>(
      type == c10d::ProcessGroup::BackendType::GLOO ? "gloo" : "nccl");
  auto group = c10::make_intrusive<c10d::ProcessGroup>(store, rank, size, options);
#endif
  for (auto const device : devices) group->setBackend(device, type, backend);
  return group;
}

#endif

}  // namespace

StorePointer make_store(Launch const& launch, DistributedOptions const& options) {
  auto const deadline = std::chrono::steady_clock::now() + options.start_timeout;
  c10d::TCPStoreOptions store;
  store.port = launch.port;
  store.isServer = launch.rank == 0 && !launch.has_store;
  store.numWorkers = static_cast<std::size_t>(launch.world_size);
  store.waitWorkers = false;  // meet() does, and tells for whom
  store.timeout = options.start_timeout;
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  store.useLibUV = false;  // not every build has it
#endif
  StorePointer made = c10::make_intrusive<c10d::TCPStore>(launch.address, store);
  if (!launch.prefix.empty()) {
    made = c10::make_intrusive<c10d::PrefixStore>(launch.prefix, made);
  }
  meet(*made, launch, deadline);
  return made;
}

Devices make_devices(Launch const& launch) {
  auto const names = process_environment()("GLOO_SOCKET_IFNAME");
  if (!names) {
    return {Gloo::createDeviceForHostname(local_address_towards(launch.address, launch.port))};
  }
  Devices devices;
  std::istringstream list(*names);
  for (std::string name; std::getline(list, name, ',');) {
    devices.push_back(Gloo::createDeviceForInterface(name));
  }
  return devices;
}

GroupPointer make_cpu_group(Launch const& launch, DistributedOptions const& options,
                            StorePointer const& store, Devices const& devices) {
  auto const gloo = Gloo::Options::create(options.timeout);
  gloo->devices = devices;
  constexpr int kThreads = 2;  // as torch's
  gloo->threads = kThreads * static_cast<int>(gloo->devices.size());
  auto const prefixed = c10::make_intrusive<c10d::PrefixStore>("sferic/gloo", store);
  auto group = c10::make_intrusive<Gloo>(prefixed, static_cast<int>(launch.rank),
                                         static_cast<int>(launch.world_size), gloo);
#if TORCH_VERSION_MAJOR >= 2
  return group_of(launch, store, {at::kCPU, at::kCUDA}, c10d::ProcessGroup::BackendType::GLOO,
                  group);
#else
  return group;
#endif
}

GroupPointer make_gradient_group(Launch const& launch, DistributedOptions const& options,
                                 StorePointer const& store, GroupPointer const& cpu_group) {
  if (options.backend == "gloo") return cpu_group;
#ifdef SFERIC_WITH_NCCL
  if (options.backend == "nccl" || torch::cuda::is_available()) {
    auto const nccl = c10d::ProcessGroupNCCL::Options::create();
    nccl->timeout = options.timeout;
    auto const prefixed = c10::make_intrusive<c10d::PrefixStore>("sferic/nccl", store);
    auto group = c10::make_intrusive<c10d::ProcessGroupNCCL>(
        prefixed, static_cast<int>(launch.rank), static_cast<int>(launch.world_size), nccl);
#if TORCH_VERSION_MAJOR >= 2
    return group_of(launch, store, {at::kCUDA}, c10d::ProcessGroup::BackendType::NCCL, group);
#else
    return group;
#endif
  }
#else
  if (options.backend == "nccl") {
    throw std::invalid_argument("backend is \"nccl\", but LibTorch or sferic is built without it");
  }
  (void)launch, (void)store;
#endif
  return cpu_group;
}

}  // namespace sferic::detail
