#include <sferic/callbacks/generative_image_sampler.hpp>

#include <sferic/png/png.hpp>

#include <gtest/gtest.h>

#include "decoder_support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

auto decoding(Decoder& net) {
  return [&net](torch::Tensor const& points) { return net.decode(points); };
}

/// What is logged while a decoder learns.
MediaLog sampled(GenerativeImageSamplerOptions options, std::int64_t epochs) {
  torch::manual_seed(1);
  Trainer trainer({.max_epochs = epochs, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  Decoder net;
  trainer.add(GenerativeImageSampler(std::move(options), decoding(net)));
  trainer.fit(net, digit_loader());
  return log;
}

/// The points that the function is given in each epoch.
std::vector<torch::Tensor> points_of(GenerativeImageSamplerOptions options, std::int64_t epochs,
                                     FitOptions const& fit = {}) {
  Trainer trainer({.max_epochs = epochs, .device = "cpu"});
  trainer.on<event::MediaLogged>([](auto const&) {});
  Decoder net;
  std::vector<torch::Tensor> all;
  trainer.add(GenerativeImageSampler(std::move(options), [&](torch::Tensor const& points) {
    all.push_back(points);
    return torch::zeros({points.size(0), 2, 2});
  }));
  trainer.fit(net, digit_loader(), fit);
  return all;
}

TEST(GenerativeImageSamplerTest, ShowsAPictureInEachEpoch) {
  TemporaryFolder const folder;
  auto const log = sampled({.latent_dim = 2, .folder = folder.path()}, 2);
  EXPECT_EQ(log.names(), (std::vector<std::string>{"Decoder_images", "Decoder_images"}));
  auto const pictures = log.all<Image>("Decoder_images");
  EXPECT_EQ(pictures[0].width, 3 * (8 + 2) + 2);
  EXPECT_EQ(pictures[0].height, 8 + 2 + 2);
  EXPECT_EQ(pictures[0].channels, 1);
  EXPECT_EQ(files_in(folder.path()), (std::vector<std::string>{"Decoder_images-epoch=000.png",
                                                               "Decoder_images-epoch=001.png"}));
  EXPECT_EQ(bytes_of(folder.path() / "Decoder_images-epoch=001.png"), encode_png(pictures[1]));
}

TEST(GenerativeImageSamplerTest, PutsImagesTogetherAsItIsTold) {
  auto const picture = sampled({.latent_dim = 2,
                                .num_samples = 5,
                                .grid = {.images_per_row = 2, .padding = 1, .pad_value = 1},
                                .name = "mine"},
                               1)
                           .all<Image>("mine_images")
                           .at(0);
  EXPECT_EQ(picture.width, 2 * (8 + 1) + 1);
  EXPECT_EQ(picture.height, 3 * (8 + 1) + 1);
  EXPECT_EQ(picture.pixels[0], 255);
}

TEST(GenerativeImageSamplerTest, WritesFilesWithoutALogger) {
  TemporaryFolder const folder;
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  Decoder net;
  trainer.add(
      GenerativeImageSampler({.latent_dim = 2, .folder = folder.path() / "new"}, decoding(net)));
  trainer.fit(net, digit_loader());
  EXPECT_EQ(files_in(folder.path() / "new"),
            std::vector<std::string>{"Decoder_images-epoch=000.png"});
}

TEST(GenerativeImageSamplerTest, ShowsDigitsOnceTheModuleHasLearntThem) {
  auto const pictures = sampled({.latent_dim = 2, .num_samples = 64, .same_points = true}, 40)
                            .all<Image>("Decoder_images");
  auto const distance = [&](Image const& picture) {
    auto const images = images_in(picture, 8, 8).to(torch::kFloat) / 255;
    return distances_to_digits(images).mean().item<double>();
  };
  EXPECT_LT(distance(pictures.back()), 0.75 * distance(pictures.front()));
}

TEST(GenerativeImageSamplerTest, DrawsOtherPointsInEachEpochAndTheSameOnesInEachTraining) {
  auto const points = points_of({.latent_dim = 5, .num_samples = 400}, 2);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0].sizes(), (std::vector<std::int64_t>{400, 5}));
  EXPECT_NEAR(points[0].mean().item<double>(), 0, 0.1);
  EXPECT_NEAR(points[0].std().item<double>(), 1, 0.1);
  EXPECT_FALSE(points[0].equal(points[1]));
  EXPECT_TRUE(same_bits(points, points_of({.latent_dim = 5, .num_samples = 400}, 2)));
  EXPECT_FALSE(
      points[0].equal(points_of({.latent_dim = 5, .num_samples = 400, .seed = 7}, 1).front()));
}

TEST(GenerativeImageSamplerTest, DrawsTheSamePointsInEachEpochWhereItIsAskedTo) {
  auto const points = points_of({.latent_dim = 3, .same_points = true}, 2);
  EXPECT_TRUE(points[0].equal(points[1]));
}

TEST(GenerativeImageSamplerTest, DrawsAfterAResumeAsIfItHadNotBeenStopped) {
  TemporaryFolder const folder;
  Trainer first({.max_epochs = 1, .device = "cpu"});
  Decoder net;
  first.fit(net, digit_loader());
  first.save_checkpoint(folder.path() / "net.ckpt");
  auto const resumed =
      points_of({.latent_dim = 3}, 3, {.resume_from = (folder.path() / "net.ckpt").string()});
  auto const never_stopped = points_of({.latent_dim = 3}, 3);
  EXPECT_TRUE(same_bits(resumed, {never_stopped[1], never_stopped[2]}));
}

TEST(GenerativeImageSamplerTest, GivesPointsOfTheModulesType) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  trainer.on<event::MediaLogged>([](auto const&) {});
  Net net;  // in double precision
  torch::Dtype type = torch::kFloat;
  trainer.add(GenerativeImageSampler({.latent_dim = 1}, [&](torch::Tensor const& points) {
    type = points.scalar_type();
    return points.view({-1, 1, 1});
  }));
  trainer.fit(net, batches(1));
  EXPECT_EQ(type, torch::kDouble);
}

TEST(GenerativeImageSamplerTest, LeavesTheTrainingAsItWas) {
  auto const train = [](bool with_callback) {
    torch::manual_seed(1);
    Decoder net;
    Trainer trainer({.max_epochs = 3, .device = "cpu"});
    trainer.on<event::MediaLogged>([](auto const&) {});
    if (with_callback) {
      trainer.add(GenerativeImageSampler({.latent_dim = 2}, [&](torch::Tensor const& points) {
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

TEST(GenerativeImageSamplerTest, LeavesTheTrainingAsItWasAfterAnError) {
  torch::manual_seed(1);
  Decoder net;
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  trainer.on<event::MediaLogged>([](auto const&) {});
  trainer.add(GenerativeImageSampler({.latent_dim = 2}, [](auto const&) -> torch::Tensor {
    throw std::runtime_error("no image today");
  }));
  EXPECT_EQ(message_of<std::runtime_error>([&] { trainer.fit(net, digit_loader()); }),
            "no image today");
  EXPECT_EQ(modes_of(net).find('e'), std::string::npos);
}

TEST(GenerativeImageSamplerTest, WarnsOnceWhereNobodyWantsAPicture) {
  Trainer trainer({.max_epochs = 3, .device = "cpu"});
  Decoder net;
  trainer.add(GenerativeImageSampler({.latent_dim = 2}, [](auto const&) -> torch::Tensor {
    throw std::logic_error("there is no use for images");
  }));
  testing::internal::CaptureStderr();
  trainer.fit(net, digit_loader());
  EXPECT_EQ(count(testing::internal::GetCapturedStderr(),
                  "GenerativeImageSampler makes no pictures: it has no folder, and no logger takes "
                  "pictures"),
            1);
}

TEST(GenerativeImageSamplerTest, RefusesWhatAreNoImages) {
  auto const refusal = [](torch::Tensor const& images) {
    Trainer trainer({.max_epochs = 1, .device = "cpu"});
    trainer.on<event::MediaLogged>([](auto const&) {});
    Decoder net;
    trainer.add(GenerativeImageSampler({.latent_dim = 2}, [&](auto const&) { return images; }));
    return message_of<std::invalid_argument>([&] { trainer.fit(net, digit_loader()); });
  };
  std::string const wanted =
      "the function of GenerativeImageSampler must return images of shape (3, channels, height, "
      "width) or (3, height, width), but returned ";
  EXPECT_EQ(refusal(torch::zeros({3, 64})), wanted + "[3, 64]");
  EXPECT_EQ(refusal(torch::zeros({1, 8, 8})), wanted + "[1, 8, 8]");
  EXPECT_EQ(refusal({}), wanted + "nothing");
}

TEST(GenerativeImageSamplerTest, RefusesOptionsOutOfTheirRange) {
  auto const refusal = [](GenerativeImageSamplerOptions const& options) {
    return message_of<std::invalid_argument>(
        [&] { GenerativeImageSampler(options, [](auto const& points) { return points; }); });
  };
  EXPECT_EQ(refusal({}), "latent_dim of GenerativeImageSampler must be >= 1, but got 0");
  EXPECT_EQ(refusal({.latent_dim = 1, .num_samples = 0}),
            "num_samples of GenerativeImageSampler must be >= 1, but got 0");
  EXPECT_EQ(refusal({.latent_dim = 1, .grid = {.images_per_row = 0}}),
            "images_per_row must be >= 1, but got 0");
  EXPECT_EQ(
      message_of<std::invalid_argument>([] { GenerativeImageSampler({.latent_dim = 1}, nullptr); }),
      "the function of GenerativeImageSampler must be given, but got none");
}

}  // namespace
}  // namespace sferic::test
