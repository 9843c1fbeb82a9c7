#pragma once

#include <cstdint>
#include <optional>
#include <utility>

namespace at {
class Tensor;
}

namespace sferic {

struct GridOptions {
  std::int64_t images_per_row = 8;  ///< Range: >= 1.
  std::int64_t padding = 2;         ///< Pixels around each image. Range: >= 0.
  double pad_value = 0;             ///< Their brightness.

  /// Stretch the values, so that the smallest becomes 0 and the largest 1.
  bool normalize = false;

  /// The values that become 0 and 1 instead; others are limited to them.
  std::optional<std::pair<double, double>> value_range = {};

  /// Stretch each image by itself, not all of them together.
  bool scale_each = false;
};

/// Images side by side as one, for Metrics::log_image and to_image: (images, channels, height,
/// width), or (images, height, width) of grey ones, becomes (channels, height, width). As
/// torchvision's `make_grid`, but grey images stay grey, and a single one gets its padding, too.
///
/// Throws std::invalid_argument for an option out of its range, and for no images.
at::Tensor make_grid(at::Tensor const& images, GridOptions const& options = {});

}  // namespace sferic
