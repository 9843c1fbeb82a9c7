#include <sferic/callbacks/latent_dim_interpolator.hpp>

#include <sferic/png/png.hpp>

#include <gtest/gtest.h>

#include "decoder_support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

/// What is logged while a decoder learns.
MediaLog interpolated(LatentDimInterpolatorOptions options, std::int64_t epochs) {
  torch::manual_seed(1);
  Trainer trainer({.max_epochs = epochs, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  Decoder net;
  trainer.add(LatentDimInterpolator(std::move(options),
                                    [&](auto const& points) { return net.decode(points); }));
  trainer.fit(net, digit_loader());
  return log;
}

/// What a function that makes images by `draw` shows in one epoch.
Image shown(LatentDimInterpolatorOptions options, LatentDimInterpolator::Decode const& draw) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  Decoder net;
  options.interpolate_epoch_interval = 1;
  trainer.add(LatentDimInterpolator(std::move(options), draw));
  trainer.fit(net, digit_loader());
  return log.all<Image>("Decoder_latent_space").at(0);
}

TEST(LatentDimInterpolatorTest, ShowsASquareOfImagesAtItsInterval) {
  TemporaryFolder const folder;
  auto const log =
      interpolated({.latent_dim = 2, .interpolate_epoch_interval = 2, .folder = folder.path()}, 5);
  auto const pictures = log.all<Image>("Decoder_latent_space");
  ASSERT_EQ(pictures.size(), 2u);
  EXPECT_EQ(pictures[0].width, 11 * (8 + 2) + 2);
  EXPECT_EQ(pictures[0].height, 11 * (8 + 2) + 2);
  EXPECT_EQ(files_in(folder.path()),
            (std::vector<std::string>{"Decoder_latent_space-epoch=001.png",
                                      "Decoder_latent_space-epoch=003.png"}));
  EXPECT_EQ(bytes_of(folder.path() / "Decoder_latent_space-epoch=003.png"),
            encode_png(pictures[1]));
}

TEST(LatentDimInterpolatorTest, WaitsTwentyEpochsByDefault) {
  EXPECT_EQ(interpolated({.latent_dim = 2}, 19).media.size(), 0u);
  EXPECT_EQ(interpolated({.latent_dim = 2}, 20).media.size(), 1u);
}

TEST(LatentDimInterpolatorTest, GoesThroughThePlaneOfTheFirstTwoCoordinates) {
  std::vector<torch::Tensor> rows;
  auto const picture =
      shown({.latent_dim = 4, .range_start = -1, .range_end = 1, .steps = 3, .normalize = false},
            [&](torch::Tensor const& points) {
    rows.push_back(points);
    return points.slice(1, 0, 2).view({-1, 1, 2}).abs() / 2;
  });
  ASSERT_EQ(rows.size(), 3u);
  for (auto const& row : rows) EXPECT_EQ(row.sizes(), (std::vector<std::int64_t>{6, 4}));
  auto const all = torch::cat(rows);
  auto const expected =
      torch::tensor({{-1, -1}, {-1, 0}, {-1, 1}, {0, -1}, {0, 0}, {0, 1}, {1, -1}, {1, 0}, {1, 1}})
          .to(torch::kFloat);
  EXPECT_TRUE(all.slice(1, 0, 2).equal(expected.repeat_interleave(2, 0)));
  EXPECT_EQ(all.slice(1, 2).abs().max().item<float>(), 0);

  auto const images = images_in(picture, 1, 2).view({9, 2}).to(torch::kFloat);
  EXPECT_TRUE(images.equal(expected.abs() * 128));
}

TEST(LatentDimInterpolatorTest, ShowsTheFirstOfTheImagesAtEachPlace) {
  auto const picture = shown(
      {.latent_dim = 2, .steps = 2, .num_samples = 3, .normalize = false},
      [](auto const&) { return torch::tensor({1.0, 0.0, 0.0, 1.0, 0.0, 0.0}).view({6, 1, 1}); });
  EXPECT_EQ(images_in(picture, 1, 1).min().item<int>(), 255);
}

TEST(LatentDimInterpolatorTest, StretchesTheValuesUnlessToldOtherwise) {
  auto const draw = [](torch::Tensor const& points) {
    return points.select(1, 1).view({-1, 1, 1});
  };
  auto const values = [&](bool normalize) {
    auto const picture = shown({.latent_dim = 2,
                                .range_start = 0,
                                .range_end = 4,
                                .steps = 2,
                                .num_samples = 1,
                                .normalize = normalize},
                               [&](auto const& points) { return draw(points) / 8 + 0.25; });
    return images_in(picture, 1, 1).flatten().slice(0, 0, 2);
  };
  EXPECT_TRUE(values(true).equal(torch::tensor({0, 255}, torch::kByte)));
  EXPECT_TRUE(values(false).equal(torch::tensor({64, 191}, torch::kByte)));
}

TEST(LatentDimInterpolatorTest, ShowsTheDigitsThatTheModuleHasLearntToPutThere) {
  auto const picture = interpolated({.latent_dim = 2,
                                     .interpolate_epoch_interval = 40,
                                     .range_start = -1,
                                     .range_end = 1,
                                     .steps = 5,
                                     .normalize = false},
                                    40)
                           .all<Image>("Decoder_latent_space")
                           .at(0);
  auto const images = images_in(picture, 8, 8).to(torch::kFloat).flatten(1) / 255;
  auto const ends =
      torch::cat({images.slice(0, 0, 5), images.slice(0, 20, 25)});  // first, last row
  auto const nearest = torch::cdist(ends, mean_digits()).argmin(1);
  EXPECT_TRUE(nearest.equal(torch::arange(10))) << nearest;
}

TEST(LatentDimInterpolatorTest, LeavesTheTrainingAsItWas) {
  auto const train = [](bool with_callback) {
    torch::manual_seed(1);
    Decoder net;
    Trainer trainer({.max_epochs = 3, .device = "cpu"});
    trainer.on<event::MediaLogged>([](auto const&) {});
    if (with_callback) {
      trainer.add(LatentDimInterpolator({.latent_dim = 2, .interpolate_epoch_interval = 1},
                                        [&](torch::Tensor const& points) {
        EXPECT_EQ(modes_of(net).find('t'), std::string::npos);
        EXPECT_FALSE(torch::GradMode::is_enabled());
        return net.decode(points + torch::randn_like(points));
      }));
    }
    trainer.fit(net, digit_loader());
    EXPECT_EQ(modes_of(net).find('e'), std::string::npos);
    return tensors_of(net);
  };
  EXPECT_TRUE(same_bits(train(true), train(false)));
}

TEST(LatentDimInterpolatorTest, WarnsOnceWhereNobodyWantsAPicture) {
  Trainer trainer({.max_epochs = 3, .device = "cpu"});
  Decoder net;
  trainer.add(LatentDimInterpolator(
      {.latent_dim = 2, .interpolate_epoch_interval = 1},
      [](auto const&) -> torch::Tensor { throw std::logic_error("there is no use for images"); }));
  testing::internal::CaptureStderr();
  trainer.fit(net, digit_loader());
  EXPECT_EQ(
      count(testing::internal::GetCapturedStderr(), "LatentDimInterpolator makes no pictures"), 1);
}

TEST(LatentDimInterpolatorTest, RefusesOptionsOutOfTheirRange) {
  auto const refusal = [](LatentDimInterpolatorOptions const& options) {
    return message_of<std::invalid_argument>(
        [&] { LatentDimInterpolator(options, [](auto const& points) { return points; }); });
  };
  EXPECT_EQ(refusal({.latent_dim = 1}),
            "latent_dim of LatentDimInterpolator must be >= 2, but got 1");
  EXPECT_EQ(refusal({.latent_dim = 2, .interpolate_epoch_interval = 0}),
            "interpolate_epoch_interval of LatentDimInterpolator must be >= 1, but got 0");
  EXPECT_EQ(refusal({.latent_dim = 2, .steps = 0}),
            "steps of LatentDimInterpolator must be >= 1, but got 0");
  EXPECT_EQ(refusal({.latent_dim = 2, .num_samples = 0}),
            "num_samples of LatentDimInterpolator must be >= 1, but got 0");
  EXPECT_EQ(refusal({.latent_dim = 2, .range_end = INFINITY}),
            "range_end of LatentDimInterpolator must be finite, but got inf");
  EXPECT_EQ(
      message_of<std::invalid_argument>([] { LatentDimInterpolator({.latent_dim = 2}, nullptr); }),
      "the function of LatentDimInterpolator must be given, but got none");
}

}  // namespace
}  // namespace sferic::test
