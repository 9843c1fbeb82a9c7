#include <sferic/callbacks/detail/table.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace sferic::detail {
namespace {

TEST(TableTest, HasNumbersBelowEachOther) {
  EXPECT_EQ(
      table({{"epoch", {1, 2, 10}}, {"loss", {0.5, 0.12346, 12.3}}, {"seen", {3, 40, 5000}}}, 80),
      "epoch    loss  seen\n"
      "-----  ------  ----\n"
      "    1  0.5000     3\n"
      "    2  0.1235    40\n"
      "   10   12.30  5000\n");
}

TEST(TableTest, LeavesWhatIsNotThereBlank) {
  EXPECT_EQ(
      table({{"epoch", {1, 2}}, {"a", {0.5, 0}, {true, false}}, {"b", {0, 1}, {false, true}}}, 80),
      "epoch       a  b\n"
      "-----  ------  -\n"
      "    1  0.5000\n"
      "    2          1\n");
}

TEST(TableTest, PutsColumnsThatDoNotFitBelow) {
  EXPECT_EQ(table({{"epoch", {1}}, {"first", {1}}, {"second", {2}}, {"third", {3}}}, 20),
            "epoch  first  second\n"
            "-----  -----  ------\n"
            "    1      1       2\n"
            "\n"
            "epoch  third\n"
            "-----  -----\n"
            "    1      3\n");
}

TEST(TableTest, CutsNothingWhereNotEvenOneColumnFits) {
  EXPECT_EQ(table({{"epoch", {1}}, {"a_long_name", {1}}}, 3),
            "epoch  a_long_name\n"
            "-----  -----------\n"
            "    1            1\n");
}

TEST(TableTest, TakesAnyNumber) {
  EXPECT_EQ(table({{"n", {NAN, INFINITY, 1234.6, 9.9996, 0, -1e-7, 3e12}}}, 80),
            "         n\n"
            "----------\n"
            "       nan\n"
            "       inf\n"
            "      1235\n"
            "     10.00\n"
            "     0.000\n"
            "-1.000e-07\n"
            " 3.000e+12\n");
}

TEST(TableTest, CountsLettersNotBytes) {
  EXPECT_EQ(table({{"e", {1}}, {"größe", {1}}}, 80),
            "e  größe\n"
            "-  -----\n"
            "1      1\n");
}

}  // namespace
}  // namespace sferic::detail
