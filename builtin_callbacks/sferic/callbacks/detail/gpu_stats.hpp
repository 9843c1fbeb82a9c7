#pragma once

#include <sferic/callbacks/detail/nvml.hpp>
#include <sferic/callbacks/detail/stat_source.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

/// The names of what there may be of a GPU, as nvidia-smi has them.
std::vector<std::string_view> gpu_stat_names();

/// Those of them that are wanted.
std::vector<Stat> gpu_stats(std::shared_ptr<Nvml const> const& nvml, NvmlDevice* device,
                            std::string const& title, StatFilter const& wanted);

}  // namespace sferic::detail
