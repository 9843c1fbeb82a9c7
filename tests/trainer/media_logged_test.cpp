// When loggers are told of pictures, histograms and texts.

#include <sferic/metrics/metrics.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// Rows of a logger, "step: name name", one a line.
class MediaLogged : public testing::Test {
 protected:
  void start(TrainerOptions options) {
    options.max_epochs = options.max_epochs.value_or(1);
    options.device = "cpu";
    trainer.emplace(options);
    rows.clear();
  }

  void listen() {
    trainer->on<event::MediaLogged>([this](auto const& e) {
      rows += std::to_string(e.step) + ":";
      for (auto const& each : e.media) rows += " " + each.name;
      rows += "\n";
    });
  }

  void start_listening(TrainerOptions const& options) {
    start(options);
    listen();
  }

  template <class Event>
  void log_at(char const* name) {
    trainer->on<Event>([name](auto const& e) { e.metrics.log_text(name, "text"); });
  }

  std::string fit(std::int64_t train) {
    trainer->fit(net, batches(train), batches(1));
    return rows;
  }

  std::optional<Trainer> trainer;
  std::string rows;
  Net net;
};

TEST_F(MediaLogged, TellsOfEachBatchWhateverTheIntervalOfValues) {
  start_listening({.num_sanity_val_steps = 0});
  net.while_training = [](Step& step) {
    if (step.progress.batch == 1) step.log_text("text", "a");
    step.log_image("image", torch::ones({2, 2}));
    step.log_histogram("histogram", torch::ones({2, 2}));
  };
  EXPECT_EQ(fit(3), "0: image histogram\n1: text image histogram\n2: image histogram\n");
}

TEST_F(MediaLogged, TellsSoonOfWhatIsLoggedOutsideOfBatches) {
  start_listening({.num_sanity_val_steps = 0});
  log_at<event::TrainStart>("start");
  log_at<event::ValidationEnd>("validation");
  log_at<event::TrainEpochEnd>("epoch");
  log_at<event::FitEnd>("fit");
  EXPECT_EQ(fit(2), "0: start\n1: validation\n1: epoch\n1: fit\n");
}

TEST_F(MediaLogged, TellsNothingOfTheSanityCheckAndOfTrialRuns) {
  start_listening({.limit_val_batches = 1});
  log_at<event::ValidationBatchEnd>("x");
  EXPECT_EQ(fit(1), "0: x\n");  // the validation after it

  start_listening({.fast_dev_run = 1});
  log_at<event::TrainBatchEnd>("x");
  EXPECT_EQ(fit(1), "");
}

TEST_F(MediaLogged, TellsOfWhatIsLoggedAroundASanityCheck) {
  start_listening({.num_sanity_val_steps = 1});
  log_at<event::FitStart>("fit");
  log_at<event::SanityCheckEnd>("forgotten");
  log_at<event::TrainStart>("train");
  log_at<event::TrainEpochStart>("epoch");
  EXPECT_EQ(fit(1), "0: fit\n0: train epoch\n");
}

TEST_F(MediaLogged, TellsThoseWhoKnowWhetherItIsWorthWhile) {
  start({.num_sanity_val_steps = 0});
  std::string heard;
  trainer->on<event::TrainBatchStart>([&](auto const& e) {
    heard += e.metrics.media_is_heard() ? '1' : '0';
    if (e.progress.batch == 1) listen();
  });
  fit(4);
  EXPECT_EQ(heard, "0011");
}

}  // namespace
}  // namespace sferic::test
