#pragma once

#include <sferic/callbacks/detail/picture_outlet.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace sferic {

struct LatentDimInterpolatorOptions {
  /// The size of a point that the function makes an image of. Required. Range: >= 2.
  std::int64_t latent_dim = 0;

  std::int64_t interpolate_epoch_interval = 20;  ///< Epochs from one picture to the next, >= 1.
  double range_start = -5;                       ///< Of both coordinates; finite.
  double range_end = 5;                          ///< Of both coordinates; finite.
  std::int64_t steps = 11;                       ///< Images in a row and in a column. Range: >= 1.

  /// Equal points that are given to the function at each place, of which the first one's image is
  /// shown: for functions that want more than one. Range: >= 1.
  std::int64_t num_samples = 2;

  /// Stretch the values, so that the smallest of the picture becomes dark and the largest bright.
  bool normalize = true;

  /// The picture is named `NAME_latent_space`. Default: the module's class, or the name that it was
  /// constructed with.
  std::string name = {};

  /// Write pictures here, too, as `NAME_latent_space-epoch=019.png`. Default: only log them.
  std::filesystem::path folder = {};
};

/// At the end of each interpolate_epoch_interval-th training epoch, shows the images that a
/// generative module makes of a plane through its latent space: the first coordinate grows from row
/// to row, the second from column to column, and all others are 0.
///
///   trainer.add(sferic::LatentDimInterpolator(
///       {.latent_dim = 2, .range_start = -2, .range_end = 2},
///       [&](torch::Tensor const& points) { return net.decode(points); }));
///
/// The function gets the points of one row at a time, (steps * num_samples, latent_dim), of the
/// module's device and type, and returns as many images: (images, channels, height, width) or
/// (images, height, width). It is called in evaluation mode and without gradients. The training
/// stays as it is without the callback, to the last bit. Where there is neither a folder nor a
/// logger that takes pictures, a warning says so, once. As Lightning Bolts' callback of this name.
class LatentDimInterpolator {
 public:
  using Decode = std::function<at::Tensor(at::Tensor const& points)>;

  /// Throws std::invalid_argument for an option out of its range, or without a function.
  LatentDimInterpolator(LatentDimInterpolatorOptions options, Decode decode);

  void on(event::FitStart const& e) { outlet_.begin_fit(e.plan.is_trial || e.progress.rank != 0); }

  /// Throws std::invalid_argument if the function returns no images, and std::runtime_error if a
  /// file cannot be written.
  void on(event::TrainEpochEnd const& e);

 private:
  LatentDimInterpolatorOptions options_;
  Decode decode_;
  detail::PictureOutlet outlet_;
};

}  // namespace sferic
