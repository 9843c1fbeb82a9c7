#include <sferic/callbacks/latent_dim_interpolator.hpp>

#include <sferic/callbacks/detail/aside.hpp>
#include <sferic/callbacks/detail/class_name.hpp>
#include <sferic/callbacks/detail/options.hpp>
#include <sferic/media/make_grid.hpp>

#include <torch/nn/module.h>

#include <cmath>
#include <utility>

namespace sferic {

namespace {

constexpr char const* kLatentDimInterpolator = "LatentDimInterpolator";

/// The points of each row, each of them so many times.
std::vector<at::Tensor> rows_of(LatentDimInterpolatorOptions const& options,
                                at::TensorOptions const& type) {
  auto const values = at::linspace(options.range_start, options.range_end, options.steps, type);
  std::vector<at::Tensor> rows;
  for (auto const& value : values.unbind(0)) {
    auto const points = at::zeros({options.steps, options.latent_dim}, type);
    points.select(1, 0).copy_(value.expand(options.steps));
    points.select(1, 1).copy_(values);
    rows.push_back(points.repeat_interleave(options.num_samples, 0));
  }
  return rows;
}

}  // namespace

LatentDimInterpolator::LatentDimInterpolator(LatentDimInterpolatorOptions options, Decode decode)
    : options_(std::move(options)),
      decode_(std::move(decode)),
      outlet_(kLatentDimInterpolator, options_.folder) {
  auto const at_least = [](std::int64_t least, char const* range, char const* option,
                           std::int64_t value) {
    detail::require(value >= least, kLatentDimInterpolator, option, range, value);
  };
  at_least(2, ">= 2", "latent_dim", options_.latent_dim);
  at_least(1, ">= 1", "interpolate_epoch_interval", options_.interpolate_epoch_interval);
  at_least(1, ">= 1", "steps", options_.steps);
  at_least(1, ">= 1", "num_samples", options_.num_samples);
  auto const finite = [](char const* option, double value) {
    detail::require(std::isfinite(value), kLatentDimInterpolator, option, "finite", value);
  };
  finite("range_start", options_.range_start);
  finite("range_end", options_.range_end);
  detail::require(decode_ != nullptr, kLatentDimInterpolator, "the function", "given", "none");
}

void LatentDimInterpolator::on(event::TrainEpochEnd const& e) {
  if ((e.progress.epoch + 1) % options_.interpolate_epoch_interval != 0) return;
  if (!outlet_.is_open(e.metrics)) return;
  detail::Aside const aside(e.module);
  torch::NoGradGuard const no_grad;
  std::vector<at::Tensor> shown;
  for (auto const& points : rows_of(options_, aside.options())) {
    auto const images = decode_(points);
    detail::require_images(kLatentDimInterpolator, images, points.size(0));
    shown.push_back(images.slice(0, 0, images.size(0), options_.num_samples));
  }
  auto const name = options_.name.empty() ? detail::class_name(e.module.name()) : options_.name;
  outlet_.put(e.metrics, name + "_latent_space", detail::moment_of_epoch(e.progress.epoch),
              make_grid(at::cat(shown),
                        {.images_per_row = options_.steps, .normalize = options_.normalize}));
}

}  // namespace sferic
