#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace sferic::detail {

/// What a function returns or throws; nothing where it takes longer than the limit. It then goes on
/// for itself, on another thread, so all that it uses is to be its own.
///
/// For what waits for other hosts: LibTorch's store does so for as long as TCP hopes that they come
/// back, which is a quarter of an hour, or for ever.
template <class Function>
auto within(std::chrono::milliseconds limit, Function function)
    -> std::optional<std::invoke_result_t<Function&>> {
  std::packaged_task<std::invoke_result_t<Function&>()> task(std::move(function));
  auto result = task.get_future();
  std::thread(std::move(task)).detach();
  if (result.wait_for(limit) != std::future_status::ready) return std::nullopt;
  return result.get();
}

}  // namespace sferic::detail
