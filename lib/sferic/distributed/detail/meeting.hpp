#pragma once

#include <sferic/distributed/detail/c10d_group.hpp>
#include <sferic/distributed/detail/launch.hpp>

#include <chrono>

namespace sferic::detail {

/// Waits until all ranks have come to the store, where one tells all whom they miss. Throws
/// std::runtime_error, naming the ranks that haven't come in time.
void meet(c10d::Store& store, Launch const& launch, std::chrono::steady_clock::time_point deadline);

}  // namespace sferic::detail
