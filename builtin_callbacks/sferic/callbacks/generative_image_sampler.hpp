#pragma once

#include <sferic/callbacks/detail/picture_outlet.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>
#include <sferic/media/make_grid.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace sferic {

struct GenerativeImageSamplerOptions {
  /// The size of a point that the function makes an image of. Required. Range: >= 1.
  std::int64_t latent_dim = 0;

  std::int64_t num_samples = 3;  ///< Images. Range: >= 1.
  GridOptions grid = {};         ///< How they are put together.

  /// Use the same points in each epoch, to see what becomes of them.
  bool same_points = false;

  /// Of the points. The same seed gives the same ones, in a resumed training too.
  std::uint64_t seed = 0;

  /// The picture is named `NAME_images`. Default: the module's class, or the name that it was
  /// constructed with.
  std::string name = {};

  /// Write pictures here, too, as `NAME_images-epoch=007.png`. Default: only log them.
  std::filesystem::path folder = {};
};

/// At the end of each training epoch, shows images that a generative module makes of random points:
///
///   trainer.add(sferic::GenerativeImageSampler({.latent_dim = 16},
///       [&](torch::Tensor const& points) { return net.decode(points); }));
///
/// The points, (num_samples, latent_dim), are drawn from a normal distribution; they have the
/// module's device and type. The function is called in evaluation mode and without gradients, and
/// returns images, (num_samples, channels, height, width) or (num_samples, height, width). The
/// training stays as it is without the callback, to the last bit. Where there is neither a folder
/// nor a logger that takes pictures, a warning says so, once. As
/// TensorboardGenerativeModelImageSampler of Lightning Bolts.
class GenerativeImageSampler {
 public:
  using Decode = std::function<at::Tensor(at::Tensor const& points)>;

  /// Throws std::invalid_argument for an option out of its range, or without a function.
  GenerativeImageSampler(GenerativeImageSamplerOptions options, Decode decode);

  void on(event::FitStart const& e) { outlet_.begin_fit(e.plan.is_trial || e.progress.rank != 0); }

  /// Throws std::invalid_argument if the function returns no images, and std::runtime_error if a
  /// file cannot be written.
  void on(event::TrainEpochEnd const& e);

 private:
  GenerativeImageSamplerOptions options_;
  Decode decode_;
  detail::PictureOutlet outlet_;
};

}  // namespace sferic
