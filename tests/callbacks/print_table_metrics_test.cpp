#include <sferic/callbacks/print_table_metrics.hpp>

#include <sferic/callbacks/progress_bar.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "callbacks/support.hpp"
#include "callbacks/terminal.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

/// Logs `loss` in each epoch, and `late` from the second one on.
class PrintTableMetricsTest : public testing::Test {
 protected:
  PrintTableMetricsTest() {
    net_.while_training = [](Step& step) {
      auto const epoch = static_cast<double>(step.progress.epoch);
      step.log("loss", 1 / (epoch + 1), {.on_step = true, .on_epoch = true});
      if (epoch > 0) step.log("late", epoch, {.on_step = false, .on_epoch = true});
    };
  }

  std::string written() {
    std::rewind(file_.get());
    std::string text;
    for (int letter = 0; (letter = std::fgetc(file_.get())) != EOF;)
      text += static_cast<char>(letter);
    return text;
  }

  PrintTableMetricsOptions into_file(PrintTableMetricsOptions options = {}) {
    options.file = file_.get();
    return options;
  }

  Net net_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{std::tmpfile(), &std::fclose};
};

TEST_F(PrintTableMetricsTest, PrintsAllEpochsAtTheEndOfEachWithTheColumnsThatThereAreByThen) {
  Trainer trainer({.max_epochs = 2}, PrintTableMetrics(into_file()));
  trainer.fit(net_, batches(2), batches(1));
  EXPECT_EQ(written(),
            "epoch  loss\n"
            "-----  ----\n"
            "    1     1\n"
            "epoch    loss  late\n"
            "-----  ------  ----\n"
            "    1   1.000\n"
            "    2  0.5000     1\n");
}

TEST_F(PrintTableMetricsTest, ShowsTheColumnsAndEpochsThatAreAskedFor) {
  Trainer trainer({.max_epochs = 3});
  auto const& table = trainer.add(
      PrintTableMetrics(into_file({.columns = {"late", "loss", "none"}, .last_epochs = 2})));
  trainer.fit(net_, batches(2));
  EXPECT_EQ(table.text(),
            "epoch  late    loss  none\n"
            "-----  ----  ------  ----\n"
            "    2     1  0.5000\n"
            "    3     2  0.3333\n");
}

TEST_F(PrintTableMetricsTest, PutsColumnsBelowWhereTheLineIsShort) {
  Trainer trainer({.max_epochs = 2}, PrintTableMetrics(into_file({.width = 14})));
  trainer.fit(net_, batches(2));
  EXPECT_NE(written().find("    2  0.5000\n\nepoch  late\n"), std::string::npos);
}

TEST_F(PrintTableMetricsTest, StandsBelowTheFinishedLineOfAProgressBar) {
  setenv("TERM", "xterm", 1);
  setenv("LC_ALL", "C", 1);
  for (bool const table_comes_first : {false, true}) {
    Terminal terminal(80);
    Trainer trainer({.max_epochs = 2});
    auto const add_table = [&] { trainer.add(PrintTableMetrics({.file = terminal.file()})); };
    if (table_comes_first) add_table();
    trainer.add(ProgressBar({.refresh_seconds = 0, .file = terminal.file()}));
    if (!table_comes_first) add_table();
    trainer.fit(net_, batches(2), batches(1));
    auto const lines = terminal.lines();
    ASSERT_EQ(lines.size(), 9u);
    EXPECT_TRUE(lines[0].starts_with("Epoch 1/2: |#############| 2/2"));
    EXPECT_EQ((Lines{lines.begin() + 1, lines.begin() + 4}),
              (Lines{"epoch  loss", "-----  ----", "    1     1"}));
    EXPECT_TRUE(lines[4].starts_with("Epoch 2/2: |#############| 2/2"));
    EXPECT_EQ(lines[8], "    2  0.5000     1");
  }
}

TEST_F(PrintTableMetricsTest, GoesOnWithTheTableOfTheCheckpoint) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "at.ckpt";
  Trainer whole({.max_epochs = 3});
  auto const& table = whole.add(PrintTableMetrics(into_file()));
  whole.on<event::BatchEnd>([&](auto const& e) {
    if (e.progress.epoch == 1) e.control.request_checkpoint(path);
  });
  whole.fit(net_, batches(2));

  Net net;
  net.while_training = net_.while_training;
  Trainer resumed({.max_epochs = 3});
  auto const& other = resumed.add(PrintTableMetrics(into_file()));
  resumed.fit(net, batches(2), {.resume_from = path});
  EXPECT_EQ(other.text(), table.text());
  EXPECT_NE(other.text().find("    1   1.000\n"), std::string::npos);
}

TEST_F(PrintTableMetricsTest, BeginsANewTableUnlessTheFitGoesOn) {
  Trainer trainer({.max_epochs = 2});
  auto const& table = trainer.add(PrintTableMetrics(into_file()));
  trainer.fit(net_, batches(2));
  auto const first = table.text();
  trainer.fit(net_, batches(2), {.go_on = true});
  EXPECT_EQ(table.text(), first);
  trainer.fit(net_, batches(2));
  EXPECT_EQ(table.text(), first);
}

TEST_F(PrintTableMetricsTest, SaysNothingInOtherTasksAndInTheSanityCheck) {
  Trainer trainer({.max_epochs = 1}, PrintTableMetrics(into_file()));
  trainer.validate(net_, batches(2));
  trainer.test(net_, batches(2));
  EXPECT_EQ(written(), "");
}

TEST_F(PrintTableMetricsTest, RefusesOptionsOutOfTheirRange) {
  auto const message = [](PrintTableMetricsOptions options) {
    return message_of<std::invalid_argument>([&] { PrintTableMetrics{options}; });
  };
  EXPECT_EQ(message({.last_epochs = 0}),
            "last_epochs of PrintTableMetrics must be >= 1, but got 0");
  EXPECT_EQ(message({.width = 0}), "width of PrintTableMetrics must be >= 1, but got 0");
  EXPECT_EQ(message({.file = nullptr}),
            "file of PrintTableMetrics must be an open stream, but got null");
}

}  // namespace
}  // namespace sferic::test
