#include <sferic/loggers/detail/line_file.hpp>

#include <sferic/loggers/detail/csv_text.hpp>
#include <sferic/loggers/log_error.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "loggers/support.hpp"
#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

std::optional<std::int64_t> number_of(std::string_view line) {
  if (line.empty() || line[0] < '0' || line[0] > '9') return std::nullopt;
  return std::stoll(std::string(line));
}

/// "name" of "3 name=1".
std::string word_of(std::string_view line) {
  return std::string(line.substr(line.find(' '), line.find('=') - line.find(' ')));
}

class LineFile : public testing::Test {
 protected:
  detail::LineFile open(std::size_t max_bytes = 1000) {
    return {path_, {&number_of, &word_of}, max_bytes, [this](std::string const& error) {
      reports_.push_back(error);
    }};
  }

  TemporaryFolder const folder_;
  fs::path const path_ = folder_.path() / "made" / "lines.txt";
  std::vector<std::string> reports_;
};

TEST_F(LineFile, IsMadeByTheFirstFlush) {
  auto file = open();
  file.add(0, "0 a");
  EXPECT_FALSE(fs::exists(path_));
  file.flush();
  EXPECT_EQ(read(path_), "0 a\n");
  file.flush();
  file.add(1, "1 b");
  file.flush();
  EXPECT_EQ(read(path_), "0 a\n1 b\n");
}

TEST_F(LineFile, IsGoneOnWithAfterALineThatAKillLeftIncomplete) {
  write(path_, "0 a\n1 b\n2 inc");
  auto file = open();
  file.add(3, "3 c");
  file.flush();
  EXPECT_EQ(read(path_), "0 a\n1 b\n3 c\n");
}

TEST_F(LineFile, ForgetsTheLinesOfAStepAndOfLaterOnes) {
  write(path_, "0 a\nsomebody else's\n1 b\n2 c\n");
  auto file = open();
  file.add(3, "3 d");
  file.resume(1);
  file.add(1, "1 new");
  file.flush();
  EXPECT_EQ(read(path_), "0 a\nsomebody else's\n1 new\n");
}

TEST_F(LineFile, StaysTheSameFileWhereNothingIsToForget) {
  write(path_, "0 a\n");
  auto const before = fs::last_write_time(path_) - std::chrono::hours(1);
  fs::last_write_time(path_, before);
  auto file = open();
  file.resume(1);
  file.flush();
  EXPECT_EQ(fs::last_write_time(path_), before);
}

TEST_F(LineFile, LetsLinesOfTheStepBeforeTakeTheirFormerPlaces) {
  write(path_, "0 a=1\n0 b=2\n1 a=3\n1 b=4\n1 b=5\n1 c=6\n2 a=7\n");
  auto file = open();
  file.resume(2);
  EXPECT_EQ(read(path_), "0 a=1\n0 b=2\n1 a=3\n1 b=4\n1 b=5\n1 c=6\n");
  file.add(1, "1 b=8");
  file.flush();
  file.add(1, "1 d=9");
  file.set_header("", ",");
  file.add(1, "1 c=0,");
  file.flush();
  file.add(2, "2 a=1,");
  file.add(1, "1 a=2,");  // too late
  file.flush();
  EXPECT_EQ(read(path_),
            "0 a=1,\n0 b=2,\n1 a=3,\n1 b=4,\n1 b=8,\n1 d=9,\n1 c=0,\n2 a=1,\n1 a=2,\n");
}

TEST_F(LineFile, LetsLinesOfTheStepBeforeTakePlacesThatAreNotWrittenYet) {
  auto file = open();
  file.add(0, "0 a=1");
  file.add(0, "0 b=2");
  file.add(1, "1 a=3");
  file.resume(1);
  file.add(0, "0 b=2");
  file.flush();
  EXPECT_EQ(read(path_), "0 a=1\n0 b=2\n");
}

TEST_F(LineFile, WidensEarlierLinesWithTheHeader) {
  auto file = open();
  file.set_header("h\n", "");
  file.add(0, "0");
  file.flush();
  file.add(1, "1");
  file.set_header("h,i\n", ",");
  file.add(2, "2,x");
  file.set_header("h,i,\"j\nk\"\n", ",");
  file.flush();
  EXPECT_EQ(read(path_), "h,i,\"j\nk\"\n0,,\n1,,\n2,x,\n");
  file.set_header("h,i,\"j\nk\",l\n", ",");
  file.add(3, "3,,,");
  file.flush();
  EXPECT_EQ(read(path_), "h,i,\"j\nk\",l\n0,,,\n1,,,\n2,x,,\n3,,,\n");
}

TEST_F(LineFile, ThatWasRemovedIsBegunAnewAndTellsOfIt) {
  auto file = open();
  file.set_header("h\n", "");
  file.add(0, "0");
  file.flush();
  fs::remove_all(path_.parent_path());
  file.add(1, "1");
  file.flush();
  EXPECT_EQ(read(path_), "h\n1\n");
  ASSERT_EQ(reports_.size(), 1);
  EXPECT_EQ(reports_[0], "`" + path_.string() + "` was removed: another one is begun");
}

TEST_F(LineFile, KeepsWhatAFullDiskDoesNotTakeAtEveryLength) {
  auto file = open();
  file.set_header("header\n", "");
  std::string all = "header\n";
  for (int i = 0; i < 20; ++i) {
    auto const line = std::to_string(i) + " line";
    all += line + "\n";
    file.add(i, line);
    auto const before = read(path_);
    FullDisk const full(before.size() + static_cast<std::size_t>(i % 7));
    EXPECT_THROW(file.flush(), LogError) << i;
    EXPECT_EQ(read(path_), before);
    if (i % 3 > 0) continue;
    FullDisk const not_so_full(10000);
    file.flush();
    EXPECT_EQ(read(path_), all);
  }
  file.flush();
  EXPECT_EQ(read(path_), all);
  EXPECT_TRUE(reports_.empty());
}

TEST_F(LineFile, KeepsTheOldFileWhileAFullDiskTakesNoOther) {
  auto file = open();
  file.set_header("h\n", "");
  file.add(0, "0");
  file.flush();
  file.set_header("h,i\n", ",");
  file.add(1, "1,x");
  {
    FullDisk const full(3);
    EXPECT_THROW(file.flush(), std::runtime_error);
  }
  EXPECT_EQ(read(path_), "h\n0\n");
  file.flush();
  EXPECT_EQ(read(path_), "h,i\n0,\n1,x\n");
  EXPECT_EQ(files_in(path_.parent_path()), std::vector<std::string>{"lines.txt"});
}

TEST_F(LineFile, LosesWhatIsTooMuchToKeepAndTellsOfIt) {
  auto file = open(/*max_bytes=*/20);
  {
    FullDisk const full(0);
    for (int i = 0; i < 10; ++i) {
      file.add(i, std::to_string(i) + " line");
      EXPECT_THROW(file.flush(), LogError);
    }
  }
  file.flush();
  EXPECT_EQ(read(path_), "0 line\n1 line\n2 line\n");
  ASSERT_EQ(reports_.size(), 1);
  EXPECT_EQ(reports_[0],
            "`" + path_.string() + "` lacks 7 lines, logged while it could not be written");
}

TEST_F(LineFile, WritesWhatIsTooMuchToKeepBeforeItsFlush) {
  auto file = open(/*max_bytes=*/20);
  std::string all;
  for (int i = 0; i < 10; ++i) {
    auto const line = std::to_string(i) + " line";
    all += line + "\n";
    file.add(i, line);
  }
  EXPECT_EQ(read(path_), all.substr(0, read(path_).size()));
  EXPECT_GE(read(path_).size() + 27, all.size());
  file.flush();
  EXPECT_EQ(read(path_), all);
  EXPECT_TRUE(reports_.empty());
}

TEST_F(LineFile, TellsWhyItLosesLinesBeforeItsFlush) {
  auto file = open(/*max_bytes=*/10);
  {
    FullDisk const full(0);
    for (int i = 0; i < 5; ++i) file.add(i, std::to_string(i) + " line");
  }
  file.flush();
  EXPECT_EQ(read(path_), "0 line\n1 line\n");
  EXPECT_EQ(reports_,
            (std::vector<std::string>{
                "cannot write `" + path_.string() + "`: File too large",
                "`" + path_.string() + "` lacks 3 lines, logged while it could not be written"}));
}

TEST_F(LineFile, HasRoomForWhatComesAgainAndTellsOfTheRest) {
  auto file = open(/*max_bytes=*/20);
  {
    FullDisk const full(0);
    for (int i = 0; i < 5; ++i) {
      file.add(i, std::to_string(i) + " line");
      EXPECT_THROW(file.flush(), LogError);
    }
  }
  file.resume(0);
  ASSERT_EQ(reports_.size(), 1);
  EXPECT_EQ(reports_[0],
            "`" + path_.string() + "` lacks 2 lines, logged while it could not be written");
  {
    FullDisk const full(0);
    file.add(0, "0 new");
    EXPECT_THROW(file.flush(), LogError);
    file.add(1, "1 new");
  }
  file.flush();
  EXPECT_EQ(read(path_), "0 new\n1 new\n");
}

TEST_F(LineFile, TellsThatItCannotBeMade) {
  write(folder_.path() / "made", "a file");
  auto file = open();
  file.add(0, "0");
  try {
    file.flush();
    FAIL();
  } catch (LogError const& error) {
    EXPECT_EQ(error.what(), "cannot write `" + path_.string() + "`: Not a directory");
  }
}

TEST(CsvText, QuotesOnlyWhatHasTo) {
  EXPECT_EQ(detail::csv_field("val/loss 1"), "val/loss 1");
  EXPECT_EQ(detail::csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(detail::csv_field("a \"b\""), "\"a \"\"b\"\"\"");
  EXPECT_EQ(detail::csv_field("a\nb"), "\"a\nb\"");
  EXPECT_EQ(detail::csv_field(""), "");
}

TEST(CsvText, ReadsFieldsBack) {
  std::vector<std::string> const fields = {"", "a", "b,\"c\"", "d\r\ne", "\"", ""};
  std::string record;
  for (auto const& field : fields) record += detail::csv_field(field) + ",";
  record.back() = '\n';
  EXPECT_EQ(detail::csv_fields(record), fields);
  EXPECT_EQ(detail::csv_fields("a,b\r\n"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(detail::csv_fields("\"\",\"\"\"\""), (std::vector<std::string>{"", "\""}));
}

TEST(CsvText, WritesTheShortestNumberThatIsTheSame) {
  EXPECT_EQ(detail::csv_number(0.1), "0.1");
  EXPECT_EQ(detail::csv_number(3), "3");
  EXPECT_EQ(detail::csv_number(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(detail::csv_number(-1e300), "-1e+300");
  EXPECT_EQ(detail::csv_number(-std::numeric_limits<double>::max()), "-1.7976931348623157e+308");
  EXPECT_EQ(detail::csv_number(kNaN), "nan");
  EXPECT_EQ(detail::csv_number(-kNaN), "nan");
  EXPECT_EQ(detail::csv_number(kInfinity), "inf");
  EXPECT_EQ(detail::csv_number(-kInfinity), "-inf");
}

}  // namespace
}  // namespace sferic::test
