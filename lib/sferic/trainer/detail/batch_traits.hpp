#pragma once

#include <sferic/events/moment.hpp>

#include <concepts>
#include <cstdint>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>

namespace c10 {
struct Device;
}

namespace sferic::detail {

/// As torch::data::Example, whose target may be missing.
template <class Batch>
concept HasData = requires(Batch& batch) { batch.data; };

template <class Batch>
concept IsTuple = requires { std::tuple_size<Batch>::value; };

/// Moves what a batch holds to a device, in place: tensors, torch's examples, pairs and tuples,
/// ranges of these, and the user's types with a member `to(device)`. Other types stay as they are.
template <class Batch>
void move_to(Batch& batch, c10::Device const& device) {
  if constexpr (std::same_as<Batch, at::Tensor>) {
    if (!batch.defined() || batch.device() == device) return;
    // A copy to the CPU must have arrived before it is read.
    batch = batch.to(device, /*non_blocking=*/batch.device().is_cpu());
  } else if constexpr (requires {
                         { batch.to(device) } -> std::convertible_to<Batch>;
                       }) {
    batch = batch.to(device);
  } else if constexpr (requires { batch.to(device); }) {
    batch.to(device);
  } else if constexpr (HasData<Batch>) {
    move_to(batch.data, device);
    if constexpr (requires { batch.target; }) move_to(batch.target, device);
  } else if constexpr (IsTuple<Batch>) {
    std::apply([&](auto&... parts) { (move_to(parts, device), ...); }, batch);
  } else if constexpr (std::ranges::range<Batch> && !std::is_arithmetic_v<Batch>) {
    if constexpr (!std::is_arithmetic_v<std::ranges::range_value_t<Batch>> &&
                  std::is_lvalue_reference_v<std::ranges::range_reference_t<Batch>> &&
                  !std::is_const_v<
                      std::remove_reference_t<std::ranges::range_reference_t<Batch>>>) {
      for (auto& part : batch) move_to(part, device);
    }
  }
}

/// The number of samples in a batch, by which means over an epoch are weighed: the first size of
/// its (first) tensor, the `samples()` of a user's type, the length of a range; 1 where nothing
/// tells.
template <class Batch>
std::int64_t samples_of(Batch const& batch) {
  if constexpr (std::same_as<Batch, at::Tensor>) {
    return batch.defined() && batch.dim() > 0 ? batch.size(0) : 1;
  } else if constexpr (requires {
                         { batch.samples() } -> std::convertible_to<std::int64_t>;
                       }) {
    return batch.samples();
  } else if constexpr (HasData<Batch>) {
    return samples_of(batch.data);
  } else if constexpr (IsTuple<Batch>) {
    if constexpr (std::tuple_size_v<Batch> > 0) return samples_of(std::get<0>(batch));
    return 1;
  } else if constexpr (std::ranges::sized_range<Batch const>) {
    return static_cast<std::int64_t>(std::ranges::size(batch));
  } else {
    return 1;
  }
}

}  // namespace sferic::detail
