#include <sferic/callbacks/progress_line.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace sferic::detail {
namespace {

constexpr LineStyle kPlain{LineStyle::Bar::kNone, 1000};
constexpr LineStyle kAscii{LineStyle::Bar::kAscii, 79};
constexpr LineStyle kUtf8{LineStyle::Bar::kUtf8, 79};

ProgressLine half_of_an_epoch() {
  ProgressLine line;
  line.title = "Epoch 3/10";
  line.done = 20;
  line.total = 40;
  line.seconds = 10;
  line.values = {{"loss", 0.123456}, {"accuracy", 0.5}};
  return line;
}

bool contains(std::string const& text, std::string const& part) {
  return text.find(part) != std::string::npos;
}

TEST(ProgressLine, TellsTitleBarCountTimesSpeedAndValues) {
  EXPECT_EQ(half_of_an_epoch().text(kAscii),
            "Epoch 3/10: |######-------| 20/40 [00:10<00:10, 2.00 it/s] loss=0.1235");
}

TEST(ProgressLine, FillsTheBarByEighthsOfALetterInUtf8) {
  EXPECT_EQ(half_of_an_epoch().text(kUtf8),
            "Epoch 3/10: |██████▌      | 20/40 [00:10<00:10, 2.00 it/s] loss=0.1235");
}

TEST(ProgressLine, HasAnEmptyBarAtTheBeginningAndAFullOneAtTheEnd) {
  auto line = half_of_an_epoch();
  line.done = 0;
  EXPECT_TRUE(contains(line.text(kUtf8), "|             | 0/40"));
  EXPECT_TRUE(contains(line.text(kAscii), "|-------------| 0/40"));
  line.done = 40;
  EXPECT_TRUE(contains(line.text(kUtf8), "|█████████████| 40/40"));
  EXPECT_TRUE(contains(line.text(kAscii), "|#############| 40/40"));
}

TEST(ProgressLine, StaysInItsBarWhenTheTotalWasWrong) {
  auto line = half_of_an_epoch();
  line.done = 60;
  EXPECT_TRUE(contains(line.text(kAscii), "|#############| 60/40 [00:10<00:00, 6.00 it/s]"));
  line.total = 0;
  EXPECT_TRUE(contains(line.text(kAscii), "|#############| 60/0"));
}

TEST(ProgressLine, HasNeitherBarNorRemainingTimeWithoutATotal) {
  auto line = half_of_an_epoch();
  line.total = std::nullopt;
  EXPECT_EQ(line.text(kUtf8), "Epoch 3/10: 20 [00:10, 2.00 it/s] loss=0.1235 accuracy=0.5");
}

TEST(ProgressLine, HasNoBarInPlainText) {
  EXPECT_EQ(half_of_an_epoch().text(kPlain),
            "Epoch 3/10: 20/40 [00:10<00:10, 2.00 it/s] loss=0.1235 accuracy=0.5");
}

TEST(ProgressLine, HasNoRemainingTimeWhenFinished) {
  auto line = half_of_an_epoch();
  line.finished = true;
  EXPECT_TRUE(contains(line.text(kPlain), "20/40 [00:10, 2.00 it/s]"));
}

TEST(ProgressLine, HasNoSpeedBeforeTheFirstBatch) {
  auto line = half_of_an_epoch();
  line.done = 0;
  EXPECT_TRUE(contains(line.text(kPlain), "0/40 [00:10] loss"));
}

TEST(ProgressLine, CountsTheBatchesBeforeAResumeAsDoneButNotForTheSpeed) {
  auto line = half_of_an_epoch();
  line.first = 15;
  EXPECT_TRUE(contains(line.text(kPlain), "20/40 [00:10<00:40, 2.00 s/it]"));
}

TEST(ProgressLine, ShowsHoursWhenThereAreSome) {
  auto line = half_of_an_epoch();
  line.seconds = 3600 + 2 * 60 + 3.9;
  EXPECT_TRUE(contains(line.text(kPlain), "[1:02:03<1:02:03, 186 s/it]"));
}

TEST(ProgressLine, ShowsSpeedsInThreeDigits) {
  auto line = half_of_an_epoch();
  auto const speed_after = [&line](double seconds) {
    line.seconds = seconds;
    std::string const text = line.text(kPlain);
    auto const begin = text.find(", ") + 2;
    return text.substr(begin, text.find(']') - begin);
  };
  EXPECT_EQ(speed_after(0.001), "20000 it/s");
  EXPECT_EQ(speed_after(0.1), "200 it/s");
  EXPECT_EQ(speed_after(1), "20.0 it/s");
  EXPECT_EQ(speed_after(30), "1.50 s/it");
  EXPECT_EQ(speed_after(2000), "100 s/it");
}

TEST(ProgressLine, SurvivesAnEstimateOfMoreTimeThanAnIntegerHolds) {
  auto line = half_of_an_epoch();
  line.total = std::numeric_limits<std::int64_t>::max();
  line.seconds = 1e8;
  EXPECT_TRUE(contains(line.text(kPlain), "<277777:46:40"));
}

TEST(ProgressLine, ShowsValuesInFourDigitsAndCountsInFull) {
  auto line = half_of_an_epoch();
  line.values = {{"a", 1e-5},         {"b", 12345},     {"c", 1234.56},
                 {"d", std::nan("")}, {"e", -INFINITY}, {"f", 1.23456789e12}};
  EXPECT_TRUE(contains(line.text(kPlain), " a=1e-05 b=12345 c=1235 d=nan e=-inf f=1.235e+12"));
}

TEST(ProgressLine, LeavesOutValuesFirstThenShortensTheBarThenLeavesOutOtherParts) {
  auto const in = [](int columns) {
    return half_of_an_epoch().text({LineStyle::Bar::kAscii, columns});
  };
  EXPECT_EQ(in(84),
            "Epoch 3/10: |#######-------| 20/40 [00:10<00:10, 2.00 it/s] loss=0.1235 accuracy=0.5");
  EXPECT_EQ(in(83),
            "Epoch 3/10: |######-------| 20/40 [00:10<00:10, 2.00 it/s] loss=0.1235 accuracy=0.5");
  EXPECT_EQ(in(70), "Epoch 3/10: |#####------| 20/40 [00:10<00:10, 2.00 it/s] loss=0.1235");
  EXPECT_EQ(in(60), "Epoch 3/10: |#####-----| 20/40 [00:10<00:10, 2.00 it/s]");
  EXPECT_EQ(in(50), "Epoch 3/10: |##---| 20/40 [00:10<00:10, 2.00 it/s]");
  EXPECT_EQ(in(45), "Epoch 3/10: 20/40 [00:10<00:10, 2.00 it/s]");
  EXPECT_EQ(in(25), "Epoch 3/10: |##--| 20/40");
  EXPECT_EQ(in(20), "Epoch 3/10: 20/40");
  EXPECT_EQ(in(11), "Epoch 3/10:");
  EXPECT_EQ(in(0), "");
}

TEST(ProgressLine, ShowsTheUsersColumnsBeforeTheValuesAndNoEmptyOnes) {
  auto line = half_of_an_epoch();
  line.columns = {"lr 3e-4", "", "64 samples/s"};
  EXPECT_TRUE(contains(line.text(kPlain), "2.00 it/s] lr 3e-4 64 samples/s loss=0.1235"));
}

TEST(ProgressLine, LeavesOutColumnsAfterTheValues) {
  auto line = half_of_an_epoch();
  line.columns = {"lr 3e-4", "64 samples/s"};
  auto const in = [&line](int columns) { return line.text({LineStyle::Bar::kNone, columns}); };
  EXPECT_EQ(in(63), "Epoch 3/10: 20/40 [00:10<00:10, 2.00 it/s] lr 3e-4 64 samples/s");
  EXPECT_EQ(in(62), "Epoch 3/10: 20/40 [00:10<00:10, 2.00 it/s] lr 3e-4");
  EXPECT_EQ(in(49), "Epoch 3/10: 20/40 [00:10<00:10, 2.00 it/s]");
}

TEST(ProgressLine, ShowsControlCharactersAsSpaces) {
  auto line = half_of_an_epoch();
  line.columns = {"a\nb\rc\td\x1b[1me\x7f"};
  line.values = {{"x\ny", 1}, {"größe", 2}};
  EXPECT_TRUE(contains(line.text(kPlain), "] a b c d [1me  x y=1 größe=2"));
}

TEST(ProgressLine, TellsTheRateOfTheBatchesThatItSaw) {
  auto line = half_of_an_epoch();
  EXPECT_EQ(line.rate(), 2);
  line.first = 15;
  EXPECT_EQ(line.rate(), 0.5);
  line.first = 20;
  EXPECT_EQ(line.rate(), 0);
  EXPECT_EQ(ProgressLine().rate(), 0);
}

TEST(ProgressLine, IsNeverLongerThanItsColumnsNorCutInsideAPart) {
  auto line = half_of_an_epoch();
  std::string const longest = line.text({LineStyle::Bar::kAscii, 200});
  for (int columns = 0; columns < 200; ++columns) {
    std::string const text = line.text({LineStyle::Bar::kAscii, columns});
    ASSERT_LE(text.size(), static_cast<std::size_t>(columns));
    std::string const last_word = text.substr(text.rfind(' ') + 1);
    ASSERT_TRUE(contains(longest + " ", last_word + " ")) << text;
  }
}

TEST(ProgressLine, CountsLettersAndNotBytesOfAName) {
  ProgressLine line;
  line.title = "Epoch 1";
  auto const fits = [&line](int columns, std::string const& value) {
    return contains(line.text({LineStyle::Bar::kNone, columns}), value);
  };
  line.values = {{"größe", 1}};  // 5 letters in 7 bytes, behind `Epoch 1: 0 [00:00] `
  EXPECT_TRUE(fits(19 + 7, "größe=1"));
  EXPECT_FALSE(fits(19 + 6, "größe=1"));
  line.values = {{"損失", 1}};  // 2 letters of 2 columns and 3 bytes each
  EXPECT_TRUE(fits(19 + 6, "損失=1"));
  EXPECT_FALSE(fits(19 + 5, "損失=1"));
}

}  // namespace
}  // namespace sferic::detail
