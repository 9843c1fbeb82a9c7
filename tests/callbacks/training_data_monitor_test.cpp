#include <sferic/callbacks/training_data_monitor.hpp>

#include <gtest/gtest.h>

#include <map>
#include <unordered_map>

#include "digits_support.hpp"

namespace sferic::test {
namespace {

using torch::Tensor;

/// A module that takes any batch, and learns nothing of it.
template <class AnyBatch>
struct Taker : Net {
  Tensor training_step(AnyBatch const&) { return linear->weight.sum(); }
};

/// What is logged of batches.
template <class AnyBatch>
MediaLog media_of(std::vector<AnyBatch> const& batches, TrainingDataMonitorOptions options = {}) {
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  trainer.add(TrainingDataMonitor(std::move(options)));
  Taker<AnyBatch> net;
  trainer.fit(net, batches);
  return log;
}

/// The names of what is logged of one batch.
template <class AnyBatch>
std::vector<std::string> names_of(AnyBatch const& batch) {
  auto names = media_of(std::vector<AnyBatch>(1, batch), {.log_every_n_steps = 1}).names();
  names.resize(names.size() / 2);  // of the first epoch
  std::sort(names.begin(), names.end());
  return names;
}

using Keys = std::vector<std::string>;

TEST(TrainingDataMonitorTest, LogsTheHistogramsOfDigits) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  trainer.add(TrainingDataMonitor({.log_every_n_steps = 4}));
  std::vector<Batch> trained;
  trainer.on<event::TrainBatchEnd>([&](auto const& e) {
    if (e.progress.batch % 4 == 3) trained.push_back(e.batch.template get<Batch>());
  });
  DigitNet net;
  trainer.fit(net, digit_loader());

  auto const pixels = log.all<Histogram>("training_step/data/[32, 1, 8, 8]");
  auto const labels = log.all<Histogram>("training_step/target/[32]");
  ASSERT_EQ(pixels.size(), 2u);
  ASSERT_EQ(labels.size(), 2u);
  EXPECT_EQ(log.media.size(), 4u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(pixels[i].min, 0);
    EXPECT_EQ(pixels[i].max, 1);
    EXPECT_NEAR(pixels[i].sum, trained[i].data.sum().template item<double>(), 1e-3);
    EXPECT_EQ(labels[i].max, 9);
    EXPECT_EQ(labels[i].sum, trained[i].target.sum().template item<double>());
  }
}

TEST(TrainingDataMonitorTest, LooksAtEachNthBatchOfAnEpoch) {
  auto const looks = [](std::int64_t batches, TrainingDataMonitorOptions const& options) {
    return media_of(std::vector<Tensor>(static_cast<std::size_t>(batches), torch::ones(3)), options)
        .media.size();
  };
  EXPECT_EQ(looks(7, {.log_every_n_steps = 3}), 2u * 2);
}

TEST(TrainingDataMonitorTest, LooksAsOftenAsTheTrainerLogsByDefault) {
  Trainer trainer({.max_epochs = 1, .log_every_n_steps = 3, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  trainer.add(TrainingDataMonitor());
  Taker<Tensor> net;
  trainer.fit(net, std::vector<Tensor>(7, torch::ones(3)));
  EXPECT_EQ(log.media.size(), 2u);
}

TEST(TrainingDataMonitorTest, KnowsTheTensorsOfUsualBatches) {
  auto const a = torch::ones({2, 3});
  auto const b = torch::ones(2);
  EXPECT_EQ(names_of(a), Keys{"training_step/[2, 3]"});
  EXPECT_EQ(names_of(torch::data::Example<>(a, b)),
            (Keys{"training_step/data/[2, 3]", "training_step/target/[2]"}));
  EXPECT_EQ(names_of(torch::data::TensorExample(a)), Keys{"training_step/data/[2, 3]"});
  EXPECT_EQ(names_of(std::pair(a, b)), (Keys{"training_step/0/[2, 3]", "training_step/1/[2]"}));
  EXPECT_EQ(names_of(std::tuple(a, b, b)),
            (Keys{"training_step/0/[2, 3]", "training_step/1/[2]", "training_step/2/[2]"}));
  EXPECT_EQ(names_of(std::vector{b, a}), (Keys{"training_step/0/[2]", "training_step/1/[2, 3]"}));
  EXPECT_EQ(names_of(std::vector{torch::data::Example<>(a, b)}),
            (Keys{"training_step/0/data/[2, 3]", "training_step/0/target/[2]"}));
  EXPECT_EQ(names_of(std::map<std::string, Tensor>{{"x", a}, {"y", b}}),
            (Keys{"training_step/x/[2, 3]", "training_step/y/[2]"}));
  EXPECT_EQ(names_of(std::unordered_map<std::string, Tensor>{{"x", a}, {"y", b}}),
            (Keys{"training_step/x/[2, 3]", "training_step/y/[2]"}));
}

TEST(TrainingDataMonitorTest, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(names_of(std::pair(torch::ones(2), Tensor())), Keys{"training_step/0/[2]"});
}

/// A batch of somebody's own.
struct Sentences {
  Tensor words;
};

TEST(TrainingDataMonitorTest, LogsOfOtherBatchesWhatAFunctionFinds) {
  std::vector<Sentences> const batches = {{torch::ones({4, 7})}};
  TrainingDataMonitorOptions const by_function = {.log_every_n_steps = 1,
                                                  .tensors = [](BatchRef batch) {
    return NamedTensors{{"words", batch.get<Sentences>().words}};
  }};
  EXPECT_EQ(media_of(batches, by_function).names().front(), "training_step/words/[4, 7]");

  auto const message =
      message_of<std::invalid_argument>([&] { media_of(batches, {.log_every_n_steps = 1}); });
  EXPECT_NE(message.find("Sentences"), std::string::npos) << message;
  EXPECT_NE(message.find("give TrainingDataMonitor a function `tensors`"), std::string::npos)
      << message;
}

TEST(TrainingDataMonitorTest, WarnsOnceWhereNoLoggerTakesHistograms) {
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  trainer.add(TrainingDataMonitor({.log_every_n_steps = 1}));
  DigitNet net;
  testing::internal::CaptureStderr();
  trainer.fit(net, digit_loader());
  EXPECT_EQ(count(testing::internal::GetCapturedStderr(),
                  "TrainingDataMonitor logs nothing: no logger takes histograms"),
            1);
}

TEST(TrainingDataMonitorTest, LeavesTheTrainingAsItWas) {
  auto const train = [](bool with_callback) {
    torch::manual_seed(1);
    DigitNet net;
    Trainer trainer({.max_epochs = 1, .device = "cpu"});
    trainer.on<event::MediaLogged>([](auto const&) {});
    if (with_callback) trainer.add(TrainingDataMonitor({.log_every_n_steps = 1}));
    trainer.fit(net, digit_loader());
    return tensors_of(net);
  };
  EXPECT_TRUE(same_bits(train(true), train(false)));
}

TEST(TrainingDataMonitorTest, RefusesAnIntervalOutOfItsRange) {
  EXPECT_EQ(
      message_of<std::invalid_argument>([] { TrainingDataMonitor({.log_every_n_steps = 0}); }),
      "log_every_n_steps of TrainingDataMonitor must be >= 1, but got 0");
}

}  // namespace
}  // namespace sferic::test
