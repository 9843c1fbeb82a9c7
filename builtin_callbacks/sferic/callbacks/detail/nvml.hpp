#pragma once

#include <sferic/callbacks/detail/nvml_api.hpp>
#include <sferic/callbacks/detail/shared_library.hpp>

#include <optional>
#include <string>

namespace sferic::detail {

/// NVIDIA's management library, NVML, loaded at run time. May be asked by several threads at once.
///
/// A statistic is nothing where the device or this version of NVML does not have it; other failures
/// are std::runtime_error with NVML's words. Of a part of a card (MIG), temperatures, fan and power
/// are those of the whole card.
class Nvml {
 public:
  /// Throws std::runtime_error if it cannot be loaded, lacks a function that nothing works without,
  /// or finds no driver.
  explicit Nvml(std::string const& library);
  ~Nvml();
  Nvml(Nvml const&) = delete;
  Nvml& operator=(Nvml const&) = delete;

  unsigned count() const;
  NvmlDevice* by_index(unsigned index) const;

  /// "GPU-..." or "MIG-..."; null if there is none.
  NvmlDevice* by_uuid(std::string const& uuid) const;
  NvmlDevice* by_pci_bus_id(std::string const& id) const;
  std::string uuid(NvmlDevice* device) const;

  std::optional<double> gpu_utilization(NvmlDevice* device) const;     ///< in percent
  std::optional<double> memory_utilization(NvmlDevice* device) const;  ///< of its bus, in percent
  std::optional<double> memory_used(NvmlDevice* device) const;         ///< in MiB
  std::optional<double> memory_free(NvmlDevice* device) const;         ///< in MiB
  std::optional<double> temperature(NvmlDevice* device) const;         ///< in degrees Celsius
  std::optional<double> memory_temperature(NvmlDevice* device) const;  ///< in degrees Celsius
  std::optional<double> fan_speed(NvmlDevice* device) const;           ///< in percent
  std::optional<double> power(NvmlDevice* device) const;               ///< in watts

 private:
  void check(nvml::Return result, char const* function) const;
  bool has(nvml::Return result, char const* function) const;
  NvmlDevice* card(NvmlDevice* device) const;
  std::optional<nvml::Utilization> utilization(NvmlDevice* device) const;
  std::optional<nvml::Memory> memory(NvmlDevice* device) const;

  SharedLibrary library_;
  nvml::Api api_;
};

}  // namespace sferic::detail
