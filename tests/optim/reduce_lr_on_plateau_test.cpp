// Against sequences that were worked out by hand after PyTorch's ReduceLROnPlateau.

#include <sferic/optim/reduce_lr_on_plateau.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "optim/support.hpp"
#include "support/numbers.hpp"

namespace sferic::test {
namespace {

using Rates = std::vector<double>;

/// The learning rate, 1 at first, after each of the values.
Rates rates_after(std::vector<double> const& values, ReduceLROnPlateauOptions options) {
  auto optimizer = sgd({1});
  ReduceLROnPlateau scheduler(optimizer, std::move(options));
  Rates rates;
  for (double const value : values) {
    scheduler.step(value);
    rates.push_back(rate_of(optimizer));
  }
  return rates;
}

TEST(ReduceLROnPlateau, ReducesByATenthAfterElevenStepsWithoutImprovementByDefault) {
  auto const rates = rates_after(std::vector<double>(24, 1), {});
  Rates expected(11, 1);
  expected.insert(expected.end(), 11, 0.1);
  expected.insert(expected.end(), 2, 0.1 * 0.1);
  EXPECT_EQ(rates, expected);
}

TEST(ReduceLROnPlateau, LetsPatienceStepsPassAndCountsAnewAfterAnImprovement) {
  EXPECT_EQ(rates_after({5, 5, 5, 4, 4, 4, 4, 4, 4}, {.factor = 0.5, .patience = 2}),
            (Rates{1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5}));
  EXPECT_EQ(rates_after({5, 6, 7}, {.factor = 0.5, .patience = 0}), (Rates{1, 0.5, 0.25}));
}

TEST(ReduceLROnPlateau, WantsSmallerValuesByARelativeThreshold) {
  EXPECT_EQ(rates_after({10, 9.1, 8.9, 8.1, 8},
                        {.mode = "min", .factor = 0.5, .patience = 0, .threshold = 0.1}),
            (Rates{1, 0.5, 0.5, 0.25, 0.25}));
}

TEST(ReduceLROnPlateau, WantsLargerValuesByARelativeThreshold) {
  EXPECT_EQ(rates_after({10, 10.9, 11.1, 12.2, 12.3},
                        {.mode = "max", .factor = 0.5, .patience = 0, .threshold = 0.1}),
            (Rates{1, 0.5, 0.5, 0.25, 0.25}));
}

TEST(ReduceLROnPlateau, WantsSmallerValuesByAnAbsoluteThreshold) {
  EXPECT_EQ(
      rates_after(
          {10, 9, 8.5, 7.75, 7},
          {.mode = "min", .factor = 0.5, .patience = 0, .threshold = 1, .threshold_mode = "abs"}),
      (Rates{1, 0.5, 0.5, 0.25, 0.25}));
}

TEST(ReduceLROnPlateau, WantsLargerValuesByAnAbsoluteThreshold) {
  EXPECT_EQ(
      rates_after(
          {-1, 0, 0.5, 1.5, 2},
          {.mode = "max", .factor = 0.5, .patience = 0, .threshold = 1, .threshold_mode = "abs"}),
      (Rates{1, 0.5, 0.5, 0.25, 0.25}));
}

TEST(ReduceLROnPlateau, LetsNegativeValuesBecomeWorseByARelativeThresholdAsPyTorch) {
  EXPECT_EQ(rates_after({-10, -9.5, -8, -8}, {.factor = 0.5, .patience = 0, .threshold = 0.1}),
            (Rates{1, 1, 0.5, 0.25}));
}

TEST(ReduceLROnPlateau, WantsAnImprovementAndNotTheSameValue) {
  EXPECT_EQ(rates_after({3, 3}, {.factor = 0.5, .patience = 0, .threshold = 0}), (Rates{1, 0.5}));
  EXPECT_EQ(rates_after({3, 2.999}, {.factor = 0.5, .patience = 0, .threshold = 0}), (Rates{1, 1}));
}

TEST(ReduceLROnPlateau, CountsNoBadStepsInTheCooldown) {
  EXPECT_EQ(rates_after({1, 1, 1, 1, 1, 1, 1}, {.factor = 0.5, .patience = 0, .cooldown = 2}),
            (Rates{1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25}));
  EXPECT_EQ(rates_after({1, 1, 1, 1, 1, 1, 1}, {.factor = 0.5, .patience = 1, .cooldown = 1}),
            (Rates{1, 1, 0.5, 0.5, 0.5, 0.25, 0.25}));
}

TEST(ReduceLROnPlateau, KeepsTheBestValueOfTheCooldown) {
  EXPECT_EQ(rates_after({5, 5, 1, 1, 4}, {.factor = 0.5, .patience = 0, .cooldown = 1}),
            (Rates{1, 0.5, 0.5, 0.25, 0.25}));
}

TEST(ReduceLROnPlateau, CountsNaNAsABadStep) {
  EXPECT_EQ(rates_after({kNaN, 1, kNaN, 0.5}, {.factor = 0.5, .patience = 0}),
            (Rates{0.5, 0.5, 0.25, 0.25}));
}

TEST(ReduceLROnPlateau, DoesNotGoBelowMinLr) {
  EXPECT_EQ(rates_after({1, 1, 1, 1}, {.factor = 0.5, .patience = 0, .min_lr = 0.375}),
            (Rates{1, 0.5, 0.375, 0.375}));
  EXPECT_EQ(rates_after({1, 1}, {.patience = 0, .min_lr = 2}), (Rates{1, 1}));
}

TEST(ReduceLROnPlateau, MakesNoChangeThatIsNotLargerThanEps) {
  EXPECT_EQ(rates_after({1, 1, 1, 1}, {.factor = 0.5, .patience = 0, .eps = 0.25}),
            (Rates{1, 0.5, 0.5, 0.5}));
}

TEST(ReduceLROnPlateau, ReducesEachGroup) {
  auto optimizer = sgd({8, 2, 0.5});
  ReduceLROnPlateau scheduler(optimizer, {.factor = 0.5, .patience = 0, .min_lr = 1});
  scheduler.step(1);
  scheduler.step(1);
  EXPECT_EQ(rate_of(optimizer, 0), 4);
  EXPECT_EQ(rate_of(optimizer, 1), 1);
  EXPECT_EQ(rate_of(optimizer, 2), 0.5);
}

std::string message_for(ReduceLROnPlateauOptions options) {
  return message_of<std::invalid_argument>([&] { rates_after({}, std::move(options)); });
}

TEST(ReduceLROnPlateau, NamesTheOptionThatIsOutOfRange) {
  EXPECT_EQ(message_for({.mode = "auto"}),
            "mode of ReduceLROnPlateau must be \"min\" or \"max\", but got auto");
  EXPECT_EQ(message_for({.mode = ""}),
            "mode of ReduceLROnPlateau must be \"min\" or \"max\", but got ");
  EXPECT_EQ(message_for({.patience = -1}),
            "patience of ReduceLROnPlateau must be >= 0, but got -1");
  EXPECT_EQ(message_for({.threshold_mode = "relative"}),
            "threshold_mode of ReduceLROnPlateau must be \"rel\" or \"abs\", but got relative");
  EXPECT_EQ(message_for({.cooldown = -2}),
            "cooldown of ReduceLROnPlateau must be >= 0, but got -2");
}

TEST(ReduceLROnPlateau, NamesTheNumberThatIsOutOfRange) {
  std::string const factor = "factor of ReduceLROnPlateau must be in (0, 1), but got ";
  EXPECT_EQ(message_for({.factor = 1}), factor + "1");
  EXPECT_EQ(message_for({.factor = 0}), factor + "0");
  EXPECT_EQ(message_for({.factor = kNaN}), factor + "nan");
  EXPECT_EQ(message_for({.threshold = -0.5}),
            "threshold of ReduceLROnPlateau must be >= 0, but got -0.5");
  EXPECT_EQ(message_for({.threshold = kNaN}),
            "threshold of ReduceLROnPlateau must be >= 0, but got nan");
  EXPECT_EQ(message_for({.min_lr = -1}), "min_lr of ReduceLROnPlateau must be >= 0, but got -1");
  EXPECT_EQ(message_for({.eps = -1e-9}), "eps of ReduceLROnPlateau must be >= 0, but got -1e-09");
}

}  // namespace
}  // namespace sferic::test
