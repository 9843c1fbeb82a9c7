#include <sferic/metrics/metrics.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <string>
#include <variant>

namespace sferic {
namespace {

TEST(MediaOfMetrics, AreTakenInTheOrderInWhichTheyWereLogged) {
  Metrics metrics;
  metrics.log_text("note", "warm");
  metrics.log_image("digit", torch::ones({2, 3}));
  metrics.log_histogram("weights", torch::tensor({1.0, 2.0}));
  EXPECT_TRUE(metrics.has_new_media());

  auto const media = metrics.take_new_media();
  ASSERT_EQ(media.size(), 3u);
  EXPECT_EQ(media[0].name, "note");
  EXPECT_EQ(std::get<std::string>(media[0].content), "warm");
  EXPECT_EQ(media[1].name, "digit");
  EXPECT_EQ(std::get<Image>(media[1].content).width, 3);
  EXPECT_EQ(media[2].name, "weights");
  EXPECT_EQ(std::get<Histogram>(media[2].content).max, 2);
  EXPECT_FALSE(metrics.has_new_media());
}

TEST(MediaOfMetrics, AreMadeOfTensorsAsTheyAreNow) {
  Metrics metrics;
  auto pixels = torch::zeros({1, 1});
  metrics.log_image("x", pixels);
  pixels.fill_(1);
  EXPECT_EQ(std::get<Image>(metrics.take_new_media()[0].content).pixels[0], 0);
}

TEST(MediaOfMetrics, AreDroppedWhereNobodyListens) {
  Metrics metrics;
  metrics.hear_media(false);
  EXPECT_FALSE(metrics.media_is_heard());
  metrics.log_text("note", "warm");
  metrics.log_image("digit", torch::Tensor());  // not even looked at
  metrics.log_histogram("weights", torch::ones({2}));
  EXPECT_FALSE(metrics.has_new_media());
}

TEST(MediaOfMetrics, NeedAName) {
  Metrics metrics;
  EXPECT_THROW(metrics.log_text("", "warm"), std::invalid_argument);
}

TEST(MediaOfMetrics, AreForgottenWithEverything) {
  Metrics metrics;
  metrics.log_text("note", "warm");
  metrics.clear();
  EXPECT_FALSE(metrics.has_new_media());
}

}  // namespace
}  // namespace sferic
