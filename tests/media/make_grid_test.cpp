#include <sferic/media/make_grid.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "support/message_of.hpp"

namespace sferic::test {
namespace {

/// Images of one pixel: 1, 2, ....
torch::Tensor pixels(std::int64_t count) {
  return torch::arange(1, count + 1, torch::kFloat).view({count, 1, 1, 1});
}

TEST(MakeGridTest, SetsImagesRowByRowWithPaddingAroundThem) {
  auto const grid = make_grid(pixels(3), {.images_per_row = 2, .padding = 1, .pad_value = 9});
  auto const expected = torch::tensor(
      {{9, 9, 9, 9, 9}, {9, 1, 9, 2, 9}, {9, 9, 9, 9, 9}, {9, 3, 9, 9, 9}, {9, 9, 9, 9, 9}},
      torch::kFloat);
  EXPECT_TRUE(grid.equal(expected.unsqueeze(0))) << grid;
}

TEST(MakeGridTest, IsNoWiderThanItsImages) {
  EXPECT_EQ(make_grid(torch::zeros({3, 3, 4, 5}), {.padding = 0}).sizes(),
            (std::vector<std::int64_t>{3, 4, 15}));
}

TEST(MakeGridTest, TakesGreyImagesWithoutChannels) {
  EXPECT_EQ(make_grid(torch::zeros({9, 4, 5})).sizes(),
            (std::vector<std::int64_t>{1, 2 * 6 + 2, 8 * 7 + 2}));
}

TEST(MakeGridTest, StretchesAllValuesTogetherOrEachImageByItself) {
  auto const images = torch::tensor({{{0.0, 2.0}}, {{2.0, 4.0}}});
  GridOptions options{.padding = 0, .normalize = true};
  EXPECT_TRUE(make_grid(images, options).equal(torch::tensor({{{0.0, 0.5, 0.5, 1.0}}})));
  options.scale_each = true;
  EXPECT_TRUE(make_grid(images, options).equal(torch::tensor({{{0.0, 1.0, 0.0, 1.0}}})));
}

TEST(MakeGridTest, StretchesARangeOfValuesThatItIsGiven) {
  auto const images = torch::tensor({{{-1.0, 1.0, 2.0, 5.0}}});
  auto const grid = make_grid(images, {.padding = 0, .normalize = true, .value_range = {{0, 4}}});
  EXPECT_TRUE(grid.equal(torch::tensor({{{0.0, 0.25, 0.5, 1.0}}})));
}

TEST(MakeGridTest, StaysDarkWhereAllValuesAreEqual) {
  EXPECT_EQ(make_grid(torch::full({1, 2, 2}, 7.0), {.normalize = true}).max().item<double>(), 0);
}

TEST(MakeGridTest, RefusesOptionsOutOfTheirRangeAndNoImages) {
  auto const error = [](torch::Tensor const& images, GridOptions const& options) {
    return message_of<std::invalid_argument>([&] { make_grid(images, options); });
  };
  EXPECT_EQ(error(pixels(1), {.images_per_row = 0}), "images_per_row must be >= 1, but got 0");
  EXPECT_EQ(error(pixels(1), {.padding = -1}), "padding must be >= 0, but got -1");
  EXPECT_EQ(error(pixels(1), {.value_range = {{1, 1}}}),
            "value_range must be of a smaller and a larger value, but got (1, 1)");
  EXPECT_NE(error(torch::zeros({2, 2}), {}), "");
  EXPECT_NE(error(torch::zeros({0, 1, 2, 2}), {}), "");
}

}  // namespace
}  // namespace sferic::test
