// What loggers do where something cannot be written, by the example of one or two of them.

#include <sferic/loggers/csv_logger.hpp>
#include <sferic/loggers/json_lines_logger.hpp>
#include <sferic/loggers/log_error.hpp>
#include <sferic/loggers/tensorboard_logger.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <string>
#include <thread>
#include <type_traits>
#include <unistd.h>
#include <vector>

#include "loggers/event_reader.hpp"
#include "loggers/run_log_support.hpp"
#include "support/full_disk.hpp"
#include "support/message_of.hpp"

namespace sferic::test {
namespace {

class RunLogErrors : public RunLogTest {
 protected:
  LoggerOptions of_the_first_run() const {
    auto given = options();
    given.version = 0;
    return given;
  }
  LoggerOptions throwing() const {
    auto given = of_the_first_run();
    given.on_error = LogErrors::kThrow;
    return given;
  }

  /// A file is where the folder of the first run would be.
  void be_in_its_place() const { write(run(0), "a file"); }

  static std::ptrdiff_t lines(std::string const& text) {
    return std::count(text.begin(), text.end(), '\n');
  }
};

/// A file so long that a disk that is full beyond it takes the warnings, which go to a file, too.
Values const kLongName = {{std::string(1000, 'x'), 1}};

TEST_F(RunLogErrors, WarnsOnceOfAFullDiskAndGoesOnWhenItIsNoLongerFull) {
  CsvLogger logger(options());
  Training training(logger);
  training.log(0, kLongName);
  logger.flush();
  auto const before = table();
  testing::internal::CaptureStderr();
  {
    FullDisk const full(before.size() + 2);
    for (std::int64_t step = 1; step < 4; ++step) {
      training.log(step, kLongName);
      logger.flush();
    }
    EXPECT_EQ(table(), before);
  }
  training.log(4, kLongName);
  training.end();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "Warning: CsvLogger: cannot write `" +
                                                        (run(0) / "metrics.csv").string() +
                                                        "`: File too large\n");
  EXPECT_EQ(table(), before + "1,0,1\n2,0,1\n3,0,1\n4,0,1\n");
}

TEST_F(RunLogErrors, WritesEverythingThatIsLongerThanTheQueue) {
  auto small = of_the_first_run();
  small.queue_bytes = 10000;
  constexpr std::int64_t kSteps = 200;
  testing::internal::CaptureStderr();
  {
    JsonLinesLogger lines(small);
    TensorBoardLogger board(small);
    for (std::int64_t step = 0; step < kSteps; ++step) {
      Training(lines).log_media(step,
                                {{"weights", histogram()}, {"text", std::string(1000, '\n')}});
      Training(board).log_media(step, {{"text", std::string(1000, '\xFF')}});
    }
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  auto const text = read(run(0) / "metrics.jsonl");
  EXPECT_EQ(lines(text), 2 * kSteps);
  for (auto const& file : files_in(run(0))) {
    if (!file.starts_with("events")) continue;
    EXPECT_EQ(events_of(run(0) / file).size(), kSteps);
  }
}

TEST_F(RunLogErrors, LeavesWholeRecordsOnAFullDisk) {
  TensorBoardLogger logger(options());
  Training training(logger);
  training.log(0, kLongName);
  logger.flush();
  auto const path = run(0) / files_in(run(0)).at(0);
  testing::internal::CaptureStderr();
  for (rlim_t more = 0; more < 30; ++more) {
    FullDisk const full(fs::file_size(path) + more);
    training.log(1, {{"a", 1}});
    logger.flush();
    EXPECT_EQ(events_of(path).size(), 1) << more;
  }
  training.end();
  EXPECT_NE(testing::internal::GetCapturedStderr().find("File too large"), std::string::npos);
  EXPECT_EQ(events_of(path).size(), 31);
}

TEST_F(RunLogErrors, BeginsARemovedFileAnew) {
  TensorBoardLogger logger(options());
  Training training(logger);
  training.log(0, {{"a", 1}});
  logger.flush();
  auto const path = run(0) / files_in(run(0)).at(0);
  fs::remove(path);
  testing::internal::CaptureStderr();
  training.log(1, {{"a", 1}});
  training.end();
  EXPECT_EQ(
      testing::internal::GetCapturedStderr(),
      "Warning: TensorBoardLogger: `" + path.string() + "` was removed: another one is begun\n");
  ASSERT_EQ(events_of(path).size(), 1);
  EXPECT_EQ(events_of(path)[0].step(), 1);
}

TEST_F(RunLogErrors, EndsTheTaskByAnErrorWhereItIsAskedTo) {
  be_in_its_place();
  CsvLogger logger(throwing());
  Training training(logger);
  training.log(0, {{"a", 1}});
  logger.flush();
  auto const message = message_of<LogError>([&] { training.log(1, {{"a", 1}}); });
  EXPECT_NE(message.find("CsvLogger: cannot make the folder `" + run(0).string()),
            std::string::npos)
      << message;
  training.fail();  // each error once
  training.end();
}

TEST_F(RunLogErrors, EndsEachTaskByTheErrorThatItMeets) {
  be_in_its_place();
  CsvLogger logger(throwing());
  Training training(logger);
  for (int fit = 0; fit < 3; ++fit) {
    training.start();
    training.log(0, {{"a", 1}});
    logger.flush();
    EXPECT_THROW(training.log(1, {{"a", 1}}), LogError) << fit;
    training.fail();
    training.end();
  }
}

TEST_F(RunLogErrors, HasWrittenTheRestWhenItEndsTheTaskByAnError) {
  CsvLogger logger(throwing());
  Training training(logger);
  training.start();
  training.log(0, {{"a", 1}});
  logger.flush();
  {
    FullDisk const full(0);
    training.log(1, {{"a", 2}});
    logger.flush();
  }
  training.fail();
  EXPECT_THROW(training.end(), LogError);
  EXPECT_EQ(table(), "step,epoch,a\n0,0,1\n1,0,2\n");
}

TEST_F(RunLogErrors, TellsOfAnErrorInTheLastValuesAtTheEnd) {
  be_in_its_place();
  CsvLogger logger(throwing());
  Training training(logger);
  training.log(0, {{"a", 1}});
  EXPECT_THROW(training.end(), LogError);
}

TEST_F(RunLogErrors, WarnsOnceOfAFolderThatCannotBeMade) {
  be_in_its_place();
  testing::internal::CaptureStderr();
  {
    JsonLinesLogger logger(of_the_first_run());
    Training training(logger);
    for (std::int64_t step = 0; step < 3; ++step) {
      training.log(step, {{"a", 1}});
      logger.flush();
    }
    training.end();
    EXPECT_THROW(logger.log_dir(), LogError);
  }
  auto const warnings = testing::internal::GetCapturedStderr();
  EXPECT_EQ(lines(warnings), 1) << warnings;
}

TEST_F(RunLogErrors, KeepsWhatIsLoggedWhileItsFolderCannotBeMade) {
  auto first = of_the_first_run();
  first.hparams = {{"lr", 1.0}};
  write(run(0) / "metrics.csv", "step,epoch,a\n0,0,1\n1,0,1\n");
  fs::rename(run(0), folder_.path() / "elsewhere");
  be_in_its_place();
  testing::internal::CaptureStderr();
  CsvLogger logger(first);
  Training training(logger);
  training.start();
  training.resume(1);
  for (std::int64_t step = 1; step < 4; ++step) {
    training.log(step, {{"a", 2}});
    logger.flush();
  }
  fs::remove(run(0));
  fs::rename(folder_.path() / "elsewhere", run(0));
  training.end();
  auto const warnings = testing::internal::GetCapturedStderr();
  EXPECT_EQ(lines(warnings), 1) << warnings;
  EXPECT_EQ(table(), "step,epoch,a\n0,0,1\n1,0,2\n2,0,2\n3,0,2\n");
  EXPECT_EQ(read(run(0) / "hparams.json"), "{\n  \"lr\": 1.0\n}\n");
}

TEST_F(RunLogErrors, TellsWhatItCouldNotKeepWhileItsFolderCouldNotBeMade) {
  auto first = of_the_first_run();
  first.queue_bytes = 1;
  be_in_its_place();
  testing::internal::CaptureStderr();
  CsvLogger logger(first);
  Training training(logger);
  for (std::int64_t step = 0; step < 3; ++step) {
    training.log(step, {{"a", 1}});
    logger.flush();
  }
  fs::remove(run(0));
  training.end();
  auto const warnings = testing::internal::GetCapturedStderr();
  EXPECT_NE(warnings.find("CsvLogger: `" + run(0).string() +
                          "` lacks 2 records, logged while it could not be made"),
            std::string::npos)
      << warnings;
  EXPECT_EQ(table(), "step,epoch,a\n0,0,1\n");
}

TEST_F(RunLogErrors, WritesItsHyperparametersWhenTheDiskTakesThem) {
  auto with_hparams = throwing();  // no warnings on stderr
  with_hparams.hparams = {{"lr", 1.0}};
  CsvLogger logger(with_hparams);
  Training training(logger);
  {
    FullDisk const full(0);
    training.start();
    logger.flush();
  }
  EXPECT_FALSE(fs::exists(run(0) / "hparams.json"));
  EXPECT_THROW(training.end(), LogError);
  EXPECT_TRUE(fs::exists(run(0) / "hparams.json"));
}

}  // namespace
}  // namespace sferic::test
