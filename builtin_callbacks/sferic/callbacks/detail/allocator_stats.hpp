#pragma once

#include <sferic/callbacks/detail/stat_source.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

/// The names of what there may be of CUDA's caching allocator, as torch.cuda.memory_stats has them.
std::vector<std::string_view> allocator_stat_names();

/// Those of them that are wanted, of cuda:INDEX; none where this LibTorch has no CUDA.
std::vector<Stat> allocator_stats(std::int64_t index, std::string const& title,
                                  StatFilter const& wanted);

}  // namespace sferic::detail
