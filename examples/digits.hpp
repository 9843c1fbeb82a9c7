#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <utility>

/// Handwritten digits: images [samples, 1, 8, 8] with values in [0, 1], and their labels [samples].
struct Digits {
  torch::Tensor images;
  torch::Tensor labels;

  std::int64_t size() const { return labels.size(0); }
};

/// Reads a gzipped file of comma-separated rows: 64 pixels (0 to 16) and a label.
/// Throws std::runtime_error, naming file and row, if it is not one.
Digits read_digits(std::string const& path);

/// Splits the samples at random, such that the first part holds `share` of them.
std::pair<Digits, Digits> split(Digits const& digits, double share, std::uint64_t seed);
