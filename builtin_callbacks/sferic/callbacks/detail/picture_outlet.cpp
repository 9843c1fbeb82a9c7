#include <sferic/callbacks/detail/picture_outlet.hpp>

#include <sferic/media/to_image.hpp>
#include <sferic/metrics/metrics.hpp>
#include <sferic/png/png.hpp>

// Before torch/types.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <sstream>
#include <stdexcept>

namespace sferic::detail {

bool PictureOutlet::is_open(Metrics const& metrics) {
  if (is_trial_) return false;
  if (!folder_.empty() || metrics.media_is_heard()) return true;
  if (!warned_) {
    TORCH_WARN(callback_, " makes no pictures: it has no folder, and no logger takes pictures");
  }
  warned_ = true;
  return false;
}

void PictureOutlet::put(Metrics& metrics, std::string const& name, std::string const& moment,
                        at::Tensor const& picture) const {
  auto const image = to_image(picture);
  if (metrics.media_is_heard()) metrics.log_image(name, image);
  if (!folder_.empty()) write_png(folder_ / fmt::format("{}-{}.png", name, moment), image);
}

std::string moment_of_epoch(std::int64_t epoch) { return fmt::format("epoch={:03}", epoch); }

std::string moment_of_batch(std::int64_t epoch, std::int64_t batch) {
  return fmt::format("epoch={:03}-batch={:05}", epoch, batch);
}

void require_images(char const* callback, at::Tensor const& images, std::int64_t count) {
  if (images.defined() && (images.dim() == 3 || images.dim() == 4) && images.size(0) == count) {
    return;
  }
  std::ostringstream got;
  if (images.defined()) {
    got << images.sizes();
  } else {
    got << "nothing";
  }
  throw std::invalid_argument(
      fmt::format("the function of {} must return images of shape ({}, channels, height, width) or "
                  "({}, height, width), but returned {}",
                  callback, count, count, got.str()));
}

}  // namespace sferic::detail
