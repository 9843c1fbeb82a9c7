#include <sferic/loggers/csv_logger.hpp>

#include <sferic/bus/callback.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "loggers/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

class CsvLogger : public testing::Test {
 protected:
  std::string table() const { return read(folder_.path() / "version_0" / "metrics.csv"); }
  LoggerOptions first_version() const { return {.folder = folder_.path(), .version = 0}; }

  /// Logs the rows with a logger of the first version, in a fit that begins after so many steps.
  void log(std::int64_t resumed, std::vector<std::pair<std::int64_t, Values>> const& rows) {
    sferic::CsvLogger logger(first_version());
    Training training(logger);
    training.start();
    if (resumed > 0) training.resume(resumed);
    for (auto const& [step, values] : rows) training.log(step, values);
    training.end();
  }

  TemporaryFolder const folder_;
};

TEST_F(CsvLogger, WritesARowForValuesThatBelongTogether) {
  log(0, {{49, {{"loss", 0.25}, {"accuracy", 0.5}}}, {99, {{"loss", 0.125}, {"accuracy", 1}}}});
  EXPECT_EQ(table(), "step,epoch,loss,accuracy\n49,0,0.25,0.5\n99,0,0.125,1\n");
}

TEST_F(CsvLogger, LeavesFieldsWithoutAValueEmpty) {
  log(0, {{0, {{"loss", 1}}}, {0, {{"val_loss", 2}}}, {1, {{"loss", 3}}}});
  EXPECT_EQ(table(), "step,epoch,loss,val_loss\n0,0,1,\n0,0,,2\n1,0,3,\n");
}

TEST_F(CsvLogger, KeepsAllRowsWhenAColumnCameLater) {
  sferic::CsvLogger logger(first_version());
  Training training(logger);
  training.log(0, {{"b", 1}});
  logger.flush();
  training.log(1, {{"a, \"quoted\"", 2}, {"b", 3}});
  logger.flush();
  training.log(2, {{"line\nbreak", 4}});
  logger.flush();
  EXPECT_EQ(table(),
            "step,epoch,b,\"a, \"\"quoted\"\"\",\"line\nbreak\"\n"
            "0,0,1,,\n1,0,3,2,\n2,0,,,4\n");
}

TEST_F(CsvLogger, WritesNumbersThatAreNotFinite) {
  log(0, {{0, {{"a", kNaN}, {"b", kInfinity}, {"c", -kInfinity}}}});
  EXPECT_EQ(table(), "step,epoch,a,b,c\n0,0,nan,inf,-inf\n");
}

TEST_F(CsvLogger, TellsTheEpoch) {
  sferic::CsvLogger logger(first_version());
  Training training(logger);
  training.log(0, {{"loss", 1}});
  training.end_epoch();
  training.log(1, {{"loss", 2}});
  training.end();
  EXPECT_EQ(table(), "step,epoch,loss\n0,0,1\n1,1,2\n");
}

TEST_F(CsvLogger, HasItsOwnColumnsForValuesOfThoseNames) {
  log(0, {{5, {{"step", 1}, {"epoch", 2}}}});
  EXPECT_EQ(table(), "step,epoch,step_,epoch_\n5,0,1,2\n");
}

TEST_F(CsvLogger, HasAColumnForEachOfTwoNamesOfThose) {
  log(0, {{5, {{"step_", 1}, {"step", 2}, {"epoch", 3}, {"epoch__", 4}, {"a_", 5}}}});
  log(0, {{6, {{"step", 6}}}, {7, {{"step_", 7}}}});
  EXPECT_EQ(table(),
            "step,epoch,step__,step_,epoch_,epoch___,a_\n5,0,1,2,3,4,5\n6,0,,6,,,\n7,0,7,,,,\n");
}

TEST_F(CsvLogger, KeepsALinkAndThePermissionsOfItsFileForALaterColumn) {
  log(0, {{0, {{"a", 1}}}});
  auto const path = folder_.path() / "version_0" / "metrics.csv";
  auto const elsewhere = folder_.path() / "elsewhere.csv";
  fs::rename(path, elsewhere);
  fs::create_symlink(elsewhere, path);
  constexpr auto kPermissions = fs::perms::owner_read | fs::perms::owner_write |
                                fs::perms::group_read | fs::perms::group_write;
  fs::permissions(elsewhere, kPermissions);
  log(0, {{1, {{"b", 2}}}});
  EXPECT_TRUE(fs::is_symlink(path));
  EXPECT_EQ(read(elsewhere), "step,epoch,a,b\n0,0,1,\n1,0,,2\n");
  EXPECT_EQ(fs::status(elsewhere).permissions(), kPermissions);
}

TEST_F(CsvLogger, GoesOnWithATable) {
  log(0, {{0, {{"a", 1}}}});
  log(0, {{1, {{"b", 2}, {"a", 3}}}});
  EXPECT_EQ(table(), "step,epoch,a,b\n0,0,1,\n1,0,3,2\n");
}

TEST_F(CsvLogger, RemovesTheRowsThatAResumedFitLogsAgain) {
  log(0, {{0, {{"a", 1}}}, {1, {{"a", 2}}}, {2, {{"a", 3}}}});
  log(1, {{1, {{"a", 4}}}, {2, {{"a", 5}}}, {3, {{"a", 6}}}});
  EXPECT_EQ(table(), "step,epoch,a\n0,0,1\n1,0,4\n2,0,5\n3,0,6\n");
  log(2, {});  // nothing is logged any more, but the rest is gone
  EXPECT_EQ(table(), "step,epoch,a\n0,0,1\n1,0,4\n");
}

TEST_F(CsvLogger, HasTheRowsOfAValidationOnceThatAResumedFitMakesAgain) {
  log(0, {{0, {{"a", 1}}}, {0, {{"v", 9}}}, {1, {{"a", 2}}}});
  log(1, {{0, {{"v", 8}}}, {1, {{"a", 3}, {"later", 4}}}});
  EXPECT_EQ(table(), "step,epoch,a,v,later\n0,0,1,,\n0,0,,8,\n1,0,3,,4\n");
}

TEST_F(CsvLogger, RemovesNothingOutsideOfAFitAndInATrial) {
  log(0, {{0, {{"a", 1}}}, {1, {{"a", 2}}}});
  auto const before = table();
  sferic::CsvLogger logger(first_version());
  Training training(logger);
  training.resume(0);  // to evaluate
  training.start(/*is_trial=*/true);
  training.resume(0);
  training.end();
  training.resume(0);
  logger.flush();
  EXPECT_EQ(table(), before);
}

TEST_F(CsvLogger, RefusesAForeignTableAndLeavesItAlone) {
  auto const path = folder_.path() / "version_0" / "metrics.csv";
  write(path, "time,loss\n1,2\n");
  testing::internal::CaptureStderr();
  log(0, {{0, {{"a", 1}}}, {1, {{"a", 2}}}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "Warning: CsvLogger: `" + path.string() + "` is no table of a CsvLogger\n");
  EXPECT_EQ(table(), "time,loss\n1,2\n");
}

TEST_F(CsvLogger, BeginsAnewWhereNotEvenTheHeaderIsComplete) {
  write(folder_.path() / "version_0" / "metrics.csv", "step,epo");
  log(0, {{0, {{"a", 1}}}});
  EXPECT_EQ(table(), "step,epoch,a\n0,0,1\n");
}

TEST_F(CsvLogger, HearsNoPictures) {
  static_assert(!HandlerOf<sferic::CsvLogger, event::MediaLogged>);
  static_assert(HandlerOf<sferic::CsvLogger, event::MetricsLogged>);
}

}  // namespace
}  // namespace sferic::test
