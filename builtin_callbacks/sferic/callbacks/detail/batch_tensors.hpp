#pragma once

#include <sferic/events/batch_ref.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace at {
class Tensor;
}

namespace sferic::detail {

/// The tensors of a batch, by key or index, where it is of a type that many use: see
/// TrainingDataMonitorOptions.
std::optional<std::vector<std::pair<std::string, at::Tensor>>> tensors_of(BatchRef batch);

/// Throws std::invalid_argument for a batch of a type that the callback does not know without this
/// option of its.
void refuse_batch(BatchRef batch, char const* callback, char const* option);

}  // namespace sferic::detail
