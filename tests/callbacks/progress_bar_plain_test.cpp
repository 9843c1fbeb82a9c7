#include <sferic/callbacks/progress_bar.hpp>

#include <string>

#include "callbacks/progress_bar_support.hpp"
#include "callbacks/terminal.hpp"

namespace sferic::test {
namespace {

class PlainProgressBarTest : public ProgressBarTest {
 protected:
  void TearDown() override { std::fclose(file_); }

  std::string written() {
    std::string text(static_cast<std::size_t>(std::ftell(file_)), '\0');
    std::rewind(file_);
    EXPECT_EQ(std::fread(text.data(), 1, text.size(), file_), text.size());
    return text;
  }

  std::FILE* file_ = std::tmpfile();
};

TEST_F(PlainProgressBarTest, WritesOneLineForEachEpoch) {
  auto bar = make_bar(file_, {});
  emit<event::Setup>(bar);
  start(bar, Stage::kSanityCheck, 2);
  validate(bar, 0);
  emit<event::ValidationEnd>(bar);
  log("loss", 0.5);
  run_epoch(bar, 0);
  run_epoch(bar, 1);
  emit<event::Teardown>(bar);
  EXPECT_EQ(written(),
            "Epoch 1/2: 4/4 [00:02, 2.00 it/s] loss=0.5\n"
            "Epoch 2/2: 4/4 [00:02, 2.00 it/s] loss=0.5\n");
}

TEST_F(PlainProgressBarTest, WritesALineNowAndThenInALongEpoch) {
  auto bar = make_bar(file_, {.plain_seconds = 1});
  emit<event::Setup>(bar);
  run_epoch(bar, 0);
  EXPECT_EQ(written(),
            "Epoch 1/2: 2/4 [00:01<00:01, 2.00 it/s]\n"
            "Epoch 1/2: 4/4 [00:02<00:00, 2.00 it/s]\n"
            "Epoch 1/2: 4/4 [00:02, 2.00 it/s]\n");
}

TEST_F(PlainProgressBarTest, KeepsTheLinesOfEpochsAlsoIfATerminalWouldNot) {
  auto bar = make_bar(file_, {.leave = false});
  emit<event::Setup>(bar);
  run_epoch(bar, 0);
  EXPECT_EQ(written(), "Epoch 1/2: 4/4 [00:02, 2.00 it/s]\n");
}

TEST_F(PlainProgressBarTest, TellsWhereAnEpochFailed) {
  auto bar = make_bar(file_, {});
  emit<event::Setup>(bar);
  start(bar, Stage::kTrain, 4);
  train(bar, 0);
  fail(bar);
  EXPECT_EQ(written(), "Epoch 1/2: 1/4 [00:00<00:01, 2.00 it/s]\n");
}

TEST_F(PlainProgressBarTest, SendsNoControlCharactersToADumbTerminal) {
  for (char const* const term : {"dumb", ""}) {
    setenv("TERM", term, 1);
    Terminal terminal(80);
    auto bar = make_bar(terminal.file(), {});
    emit<event::Setup>(bar);
    run_epoch(bar, 0);
    EXPECT_EQ(terminal.lines(), Lines{"Epoch 1/2: 4/4 [00:02, 2.00 it/s]"});
    EXPECT_FALSE(terminal.was_controlled());
  }
}

}  // namespace
}  // namespace sferic::test
