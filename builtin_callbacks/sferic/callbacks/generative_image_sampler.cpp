#include <sferic/callbacks/generative_image_sampler.hpp>

#include <sferic/callbacks/detail/aside.hpp>
#include <sferic/callbacks/detail/class_name.hpp>
#include <sferic/callbacks/detail/options.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/nn/module.h>

#include <utility>

namespace sferic {

namespace {

constexpr char const* kGenerativeImageSampler = "GenerativeImageSampler";

}  // namespace

GenerativeImageSampler::GenerativeImageSampler(GenerativeImageSamplerOptions options, Decode decode)
    : options_(std::move(options)),
      decode_(std::move(decode)),
      outlet_(kGenerativeImageSampler, options_.folder) {
  detail::require(options_.latent_dim >= 1, kGenerativeImageSampler, "latent_dim", ">= 1",
                  options_.latent_dim);
  detail::require(options_.num_samples >= 1, kGenerativeImageSampler, "num_samples", ">= 1",
                  options_.num_samples);
  detail::require(decode_ != nullptr, kGenerativeImageSampler, "the function", "given", "none");
  make_grid(at::zeros({1, 1, 1}), options_.grid);  // throws for a bad option
}

void GenerativeImageSampler::on(event::TrainEpochEnd const& e) {
  if (!outlet_.is_open(e.metrics)) return;
  detail::Aside const aside(e.module);
  torch::NoGradGuard const no_grad;
  auto const epoch = static_cast<std::uint64_t>(options_.same_points ? 0 : e.progress.epoch);
  auto generator = at::make_generator<at::CPUGeneratorImpl>(options_.seed + epoch);
  auto const points = at::randn({options_.num_samples, options_.latent_dim}, generator);
  auto const images = decode_(points.to(aside.options()));
  detail::require_images(kGenerativeImageSampler, images, options_.num_samples);
  auto const name = options_.name.empty() ? detail::class_name(e.module.name()) : options_.name;
  outlet_.put(e.metrics, name + "_images", detail::moment_of_epoch(e.progress.epoch),
              make_grid(images, options_.grid));
}

}  // namespace sferic
