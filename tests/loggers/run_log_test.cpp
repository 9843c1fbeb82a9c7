// What is the same in all loggers, by the example of one or two of them.

#include <sferic/loggers/csv_logger.hpp>
#include <sferic/loggers/json_lines_logger.hpp>
#include <sferic/loggers/log_error.hpp>
#include <sferic/loggers/tensorboard_logger.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
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

static_assert(std::is_nothrow_move_constructible_v<CsvLogger>);

using RunLog = RunLogTest;

TEST_F(RunLog, TouchesNothingBeforeThereIsSomethingToWrite) {
  {
    CsvLogger logger(options());
    Training training(logger);
    training.start();
    training.end_epoch();
    training.end();
    logger.flush();
  }
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(RunLog, TakesTheVersionAfterTheHighest) {
  for (auto const* const other : {"version_7", "version_x", "version_12b", "other"}) {
    fs::create_directory(folder_.path() / other);
  }
  CsvLogger logger(options());
  EXPECT_EQ(logger.log_dir(), run(8));
  EXPECT_TRUE(fs::is_directory(run(8)));
  EXPECT_EQ(CsvLogger(options()).log_dir(), run(9));
  EXPECT_EQ(logger.log_dir(), run(8));
}

TEST_F(RunLog, CountsNoVersionsAfterWhichThereIsNoOther) {
  for (auto const* const other : {"version_3", "version_9223372036854775807"}) {
    fs::create_directory(folder_.path() / other);
  }
  EXPECT_EQ(CsvLogger(options()).log_dir(), run(4));
}

TEST_F(RunLog, LeavesEachOfSeveralLoggersItsOwnVersion) {
  constexpr std::size_t kLoggers = 8;
  std::vector<std::string> folders(kLoggers);
  std::vector<std::thread> threads;
  for (auto& folder : folders) {
    threads.emplace_back([&] { folder = CsvLogger(options()).log_dir().filename(); });
  }
  for (auto& thread : threads) thread.join();
  std::sort(folders.begin(), folders.end());
  for (std::size_t i = 0; i < kLoggers; ++i) EXPECT_EQ(folders[i], "version_" + std::to_string(i));
}

TEST_F(RunLog, SharesItsFolderWithOthersThatAreTold) {
  TensorBoardLogger board(options());
  auto same = options();
  same.version = board.version();
  CsvLogger csv(same);
  EXPECT_EQ(csv.version(), 0);
  EXPECT_EQ(csv.log_dir(), board.log_dir());
}

TEST_F(RunLog, TakesItsVersionWhenTheFirstValuesAreLogged) {
  CsvLogger first(options());
  JsonLinesLogger second(options());
  Training(second).log(0, {{"a", 1}});
  Training(first).log(0, {{"a", 1}});
  EXPECT_EQ(second.version(), 0);
  EXPECT_EQ(first.version(), 1);
}

TEST_F(RunLog, HasAFolderForEachExperiment) {
  auto named = options();
  named.name = "an/experiment";
  named.version = 3;
  EXPECT_EQ(CsvLogger(named).log_dir(), folder_.path() / "an/experiment/version_3");
}

TEST_F(RunLog, WritesWhatIsLeftWhenItIsDestroyed) {
  {
    CsvLogger first(options());
    Training(first).log(1, {{"a", 2}});
    CsvLogger const moved(std::move(first));
  }
  EXPECT_EQ(table(), "step,epoch,a\n1,0,2\n");
}

TEST_F(RunLog, HasWrittenEverythingAfterAnExceptionAndAtTheEnd) {
  CsvLogger logger(options());
  Training training(logger);
  training.log(1, {{"a", 2}});
  training.fail();
  EXPECT_EQ(table(), "step,epoch,a\n1,0,2\n");
  training.log(2, {{"a", 3}});
  training.end();
  EXPECT_EQ(table(), "step,epoch,a\n1,0,2\n2,0,3\n");
}

TEST_F(RunLog, WritesByItselfWhatAnEpochHasLogged) {
  auto rarely = options();
  rarely.flush_seconds = kInfinity;
  CsvLogger logger(rarely);
  Training training(logger);
  training.log(1, {{"a", 2}});
  training.end_epoch();
  while (table().empty()) std::this_thread::yield();
  EXPECT_EQ(table(), "step,epoch,a\n1,0,2\n");
  training.log(1, {{"a", 3}});  // of the epoch, which loggers are told after its end
  while (!table().ends_with("1,1,3\n")) std::this_thread::yield();
}

TEST_F(RunLog, WritesItsHyperparametersBesideThem) {
  auto with_hparams = options();
  with_hparams.hparams = {
      {"lr", 1e-3}, {"layers", 4}, {"bias", true}, {"optimizer", "Adam"}, {"clip", kInfinity}};
  CsvLogger logger(with_hparams);
  Training training(logger);
  training.start();
  training.end();
  EXPECT_EQ(read(run(0) / "hparams.json"),
            "{\n  \"lr\": 0.001,\n  \"layers\": 4,\n  \"bias\": true,\n  \"optimizer\": \"Adam\",\n"
            "  \"clip\": \"Infinity\"\n}\n");
}

TEST_F(RunLog, WritesNothingOfATrial) {
  auto with_hparams = options();
  with_hparams.hparams = {{"lr", 1.0}};
  {
    TensorBoardLogger logger(with_hparams);
    Training training(logger);
    training.start(/*is_trial=*/true);
    training.resume(3);
    training.end();
  }
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(RunLog, LeavesFilesThatCanBeReadWhenItsProcessIsKilled) {
  auto const child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto first = options();
    first.version = 0;
    CsvLogger csv(first);
    TensorBoardLogger board(first);
    for (std::int64_t step = 0; step < 1000; ++step) {
      Training(csv).log(step, {{"a", 1}});
      Training(board).log(step, {{"a", 1}});
      if (step == 500) csv.flush(), board.flush();
    }
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_NE(table().find("\n500,0,1\n"), std::string::npos);
  for (auto const& file : files_in(run(0))) {
    if (!file.starts_with("events")) continue;
    EXPECT_GE(events_of(run(0) / file).size(), 501);
  }
}

TEST_F(RunLog, ChecksItsOptions) {
  auto const message = [](LoggerOptions const& options) {
    return message_of<std::invalid_argument>([&] { CsvLogger{options}; });
  };
  EXPECT_EQ(message({.folder = ""}),
            "folder of CsvLogger must be a path, such as \".\", but got \"\"");
  EXPECT_EQ(message({.name = "/tmp/other"}),
            "name of CsvLogger must be a path within `folder`, but got \"/tmp/other\"");
  EXPECT_EQ(message({.name = "a/../../other"}),
            "name of CsvLogger must be a path within `folder`, but got \"a/../../other\"");
  EXPECT_EQ(message({.version = -1}), "version of CsvLogger must be >= 0, but got -1");
  EXPECT_EQ(message({.flush_seconds = -0.5}),
            "flush_seconds of CsvLogger must be >= 0, but got -0.5");
  EXPECT_EQ(message({.flush_seconds = kNaN}),
            "flush_seconds of CsvLogger must be >= 0, but got nan");
  EXPECT_EQ(message({.queue_bytes = 0}), "queue_bytes of CsvLogger must be >= 1, but got 0");
  EXPECT_EQ(message({.hparams = {{"a", 1}, {"a", 2}}}),
            "hparams of CsvLogger must be names, each once, but got \"a\"");
  EXPECT_EQ(message({.hparams = {{"", 1}}}),
            "hparams of CsvLogger must be names, each once, but got \"\"");
}

TEST_F(RunLog, TakesAnyFlushSeconds) {
  for (double const seconds : {0.0, 1e-9, 1e30, kInfinity}) {
    auto timed = options();
    timed.flush_seconds = seconds;
    CsvLogger logger(timed);
    Training training(logger);
    training.log(0, {{"a", 1}});
    training.end();
    EXPECT_EQ(read(logger.log_dir() / "metrics.csv"), "step,epoch,a\n0,0,1\n") << seconds;
  }
}

}  // namespace
}  // namespace sferic::test
