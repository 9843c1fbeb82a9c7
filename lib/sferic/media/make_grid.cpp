#include <sferic/media/make_grid.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace sferic {

namespace {

void check(GridOptions const& options) {
  auto const refuse = [](std::string const& what) { throw std::invalid_argument(what); };
  if (options.images_per_row < 1)
    refuse(fmt::format("images_per_row must be >= 1, but got {}", options.images_per_row));
  if (options.padding < 0) refuse(fmt::format("padding must be >= 0, but got {}", options.padding));
  auto const& range = options.value_range;
  if (range && !(range->first < range->second)) {
    refuse(fmt::format("value_range must be of a smaller and a larger value, but got ({}, {})",
                       range->first, range->second));
  }
}

/// Images, channels, height, width.
at::Tensor as_images(at::Tensor const& given) {
  if (!given.defined() || given.numel() == 0 || given.dim() < 3 || given.dim() > 4) {
    throw std::invalid_argument(
        "a grid needs images of shape (images, channels, height, width) or (images, height, "
        "width), at least one pixel of them");
  }
  auto const images = given.detach();
  return images.dim() == 3 ? images.unsqueeze(1) : images;
}

at::Tensor stretched(at::Tensor const& images, GridOptions const& options) {
  if (auto const& range = options.value_range) {
    double const width = range->second - range->first;
    return (images.clamp(range->first, range->second) - range->first) / width;
  }
  auto const low = images.min();
  return (images - low) / (images.max() - low).clamp_min(1e-5);
}

at::Tensor normalized(at::Tensor const& images, GridOptions const& options) {
  if (!options.normalize) return images;
  auto const values = images.to(at::kFloat);
  if (!options.scale_each) return stretched(values, options);
  std::vector<at::Tensor> each;
  for (auto const& image : values.unbind(0)) each.push_back(stretched(image, options));
  return at::stack(each);
}

}  // namespace

at::Tensor make_grid(at::Tensor const& given, GridOptions const& options) {
  check(options);
  auto const images = normalized(as_images(given), options);
  auto const count = images.size(0);
  auto const columns = std::min(options.images_per_row, count);
  auto const rows = (count + columns - 1) / columns;
  auto const padding = options.padding;
  auto const height = images.size(2) + padding;
  auto const width = images.size(3) + padding;
  auto const grid = at::full({images.size(1), rows * height + padding, columns * width + padding},
                             options.pad_value, images.options());
  for (std::int64_t i = 0; i < count; ++i) {
    grid.narrow(1, i / columns * height + padding, images.size(2))
        .narrow(2, i % columns * width + padding, images.size(3))
        .copy_(images[i]);
  }
  return grid;
}

}  // namespace sferic
