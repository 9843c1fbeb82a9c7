#include <sferic/callbacks/detail/allocator_stats.hpp>

#ifdef SFERIC_TORCH_HAS_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#endif

namespace sferic::detail {

namespace {

constexpr std::string_view kNames[] = {
    "allocated_bytes.all.current",      "allocated_bytes.all.peak", "reserved_bytes.all.current",
    "reserved_bytes.all.peak",          "active_bytes.all.current", "active_bytes.all.peak",
    "inactive_split_bytes.all.current", "num_alloc_retries",        "num_ooms",
};

}  // namespace

std::vector<std::string_view> allocator_stat_names() {
  return {std::begin(kNames), std::end(kNames)};
}

#ifdef SFERIC_TORCH_HAS_CUDA

namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;

double value_of(allocator::DeviceStats const& stats, std::size_t nth) {
  constexpr std::size_t kAll = 0;  // of small and large blocks
  std::int64_t const values[] = {
      stats.allocated_bytes[kAll].current,
      stats.allocated_bytes[kAll].peak,
      stats.reserved_bytes[kAll].current,
      stats.reserved_bytes[kAll].peak,
      stats.active_bytes[kAll].current,
      stats.active_bytes[kAll].peak,
      stats.inactive_split_bytes[kAll].current,
      stats.num_alloc_retries,
      stats.num_ooms,
  };
  static_assert(std::size(values) == std::size(kNames));
  return static_cast<double>(values[nth]);
}

}  // namespace

std::vector<Stat> allocator_stats(std::int64_t index, std::string const& title,
                                  StatFilter const& wanted) {
  std::vector<Stat> stats;
  for (std::size_t nth = 0; nth < std::size(kNames); ++nth) {
    if (!wanted(kNames[nth])) continue;
    stats.push_back({key_of(title, kNames[nth], ""), [index, nth]() -> std::optional<double> {
      auto const device = static_cast<c10::DeviceIndex>(index);
      return value_of(allocator::getDeviceStats(device), nth);
    }});
  }
  return stats;
}

#else

std::vector<Stat> allocator_stats(std::int64_t, std::string const&, StatFilter const&) {
  return {};
}

#endif

}  // namespace sferic::detail
