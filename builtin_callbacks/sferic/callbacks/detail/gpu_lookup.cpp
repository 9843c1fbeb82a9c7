#include <sferic/callbacks/detail/gpu_lookup.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

namespace {

NvmlDevice* by_identity(Nvml const& nvml, GpuIdentity const& identity) {
  if (!identity.uuid.empty()) {
    if (auto* const gpu = nvml.by_uuid("GPU-" + identity.uuid)) return gpu;
    if (auto* const part = nvml.by_uuid("MIG-" + identity.uuid)) return part;
  }
  return identity.pci_bus_id.empty() ? nullptr : nvml.by_pci_bus_id(identity.pci_bus_id);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  auto const begin = std::min(text.find_first_not_of(kSpace), text.size());
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

std::vector<std::string> entries_of(std::string_view list) {
  std::vector<std::string> entries;
  while (true) {
    auto const comma = std::min(list.find(','), list.size());
    entries.emplace_back(trimmed(list.substr(0, comma)));
    if (comma == list.size()) return entries;
    list.remove_prefix(comma + 1);
  }
}

NvmlDevice* by_number(Nvml const& nvml, std::string const& text) {
  unsigned number = 0;
  auto const* const end = text.data() + text.size();
  auto const [rest, error] = std::from_chars(text.data(), end, number);
  bool const is_number = error == std::errc() && rest == end;
  return is_number && number < nvml.count() ? nvml.by_index(number) : nullptr;
}

/// Of the one GPU whose UUID begins so.
NvmlDevice* by_beginning(Nvml const& nvml, std::string const& beginning) {
  NvmlDevice* found = nullptr;
  for (unsigned i = 0; i < nvml.count(); ++i) {
    auto* const gpu = nvml.by_index(i);
    if (!nvml.uuid(gpu).starts_with(beginning)) continue;
    if (found) return nullptr;
    found = gpu;
  }
  return found;
}

NvmlDevice* by_entry(Nvml const& nvml, std::string const& entry) {
  if (entry.starts_with("MIG-")) return nvml.by_uuid(entry);
  if (!entry.starts_with("GPU-")) return by_number(nvml, entry);
  auto* const whole = nvml.by_uuid(entry);
  return whole ? whole : by_beginning(nvml, entry);
}

/// Null if there is none. As in CUDA, an entry that names nothing ends the list.
NvmlDevice* by_visible(Nvml const& nvml, std::size_t index, std::string_view visible) {
  NvmlDevice* gpu = nullptr;
  auto const entries = entries_of(visible);
  if (index >= entries.size()) return nullptr;
  for (std::size_t i = 0; i <= index; ++i) {
    gpu = by_entry(nvml, entries[i]);
    if (!gpu) return nullptr;
  }
  return gpu;
}

}  // namespace

NvmlDevice* find_gpu(Nvml const& nvml, std::int64_t index,
                     std::optional<GpuIdentity> const& identity, char const* visible) {
  auto const number = std::to_string(index);
  NvmlDevice* gpu = identity ? by_identity(nvml, *identity) : nullptr;
  if (!gpu) {
    gpu = visible ? by_visible(nvml, static_cast<std::size_t>(index), visible)
                  : by_number(nvml, number);
  }
  if (gpu) return gpu;
  throw std::invalid_argument(
      "there is no GPU cuda:" + number + ": NVML finds " + std::to_string(nvml.count()) +
      (visible ? ", and CUDA_VISIBLE_DEVICES is \"" + std::string(visible) + '"' : ""));
}

}  // namespace sferic::detail
