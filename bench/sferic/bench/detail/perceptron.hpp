#pragma once

#include <sferic/bench/training.hpp>

#include <string>
#include <vector>

namespace sferic::bench::detail {

/// A training of a 64-64-10 perceptron, with batches of 32 samples, whose steps log these metrics.
Training perceptron_training(std::vector<std::string> const& metrics);

}  // namespace sferic::bench::detail
