#include <sferic/media/to_image.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "support/message_of.hpp"
#include "support/numbers.hpp"

namespace sferic::test {
namespace {

using Pixels = std::vector<std::uint8_t>;

TEST(ToImageTest, TakesRowsAndColumnsAsGrey) {
  auto const image = to_image(torch::tensor({{0.0, 0.5, 1.0}, {0.25, 0.75, 0.1}}));
  EXPECT_EQ(image.width, 3);
  EXPECT_EQ(image.height, 2);
  EXPECT_EQ(image.channels, 1);
  EXPECT_EQ(image.pixels, (Pixels{0, 128, 255, 64, 191, 26}));
}

TEST(ToImageTest, PutsTheChannelsOfAPixelSideBySide) {
  auto const red_and_blue = torch::tensor({1, 0, 0, 0, 0, 1}, torch::kFloat).view({3, 1, 2});
  auto const image = to_image(red_and_blue);
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.pixels, (Pixels{255, 0, 0, 0, 0, 255}));
}

TEST(ToImageTest, LimitsValuesAndTakesNoNumberForDark) {
  auto const odd = torch::tensor({-1.0, 2.0, kNaN, kInfinity, -kInfinity}).view({1, 5});
  EXPECT_EQ(to_image(odd).pixels, (Pixels{0, 255, 0, 255, 0}));
}

TEST(ToImageTest, TakesBytesAsTheyAreAndBoolsAsDarkOrBright) {
  EXPECT_EQ(to_image(torch::tensor({{0, 7, 255}}, torch::kByte)).pixels, (Pixels{0, 7, 255}));
  EXPECT_EQ(to_image(torch::tensor({{0, 7, 300}}, torch::kLong)).pixels, (Pixels{0, 7, 255}));
  EXPECT_EQ(to_image(torch::tensor({{-1, 7, 127}}, torch::kChar)).pixels, (Pixels{0, 7, 127}));
  EXPECT_EQ(to_image(torch::tensor({{false, true}})).pixels, (Pixels{0, 255}));
}

TEST(ToImageTest, TakesHalfPrecisionViewsAndTensorsWithAGraph) {
  auto const values = torch::rand({2, 3}, torch::requires_grad());
  EXPECT_EQ(to_image(values.t()).pixels, to_image(values.t().contiguous()).pixels);
  EXPECT_EQ(to_image(torch::ones({1, 1}, torch::kHalf)).pixels, Pixels{255});
}

TEST(ToImageTest, RefusesOtherShapesAndTypes) {
  EXPECT_EQ(message_of<std::invalid_argument>([] { to_image(torch::zeros({5, 2, 2})); }),
            "an image must be of shape (height, width) or (channels, height, width) with 1 to 4 "
            "channels, but is of [5, 2, 2]");
  EXPECT_THROW(to_image(torch::zeros({2})), std::invalid_argument);
  EXPECT_THROW(to_image(torch::zeros({0, 2})), std::invalid_argument);
  EXPECT_THROW(to_image({}), std::invalid_argument);
  EXPECT_THROW(to_image(torch::zeros({2, 2}, torch::kComplexFloat)), std::invalid_argument);
}

}  // namespace
}  // namespace sferic::test
