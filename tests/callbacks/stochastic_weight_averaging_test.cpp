#include <sferic/callbacks/stochastic_weight_averaging.hpp>

#include <sferic/callbacks/model_checkpoint.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "averaging_support.hpp"

namespace sferic::test {
namespace {

using SwaOptions = StochasticWeightAveragingOptions;

/// The weights at the ends of the epochs, which have 4 batches, and the learning rates in them.
struct Epochs {
  std::vector<Numbers> ends;
  std::vector<double> rates;

  void on(event::AfterOptimizerStep const& e) {
    if (e.progress.batch == 3) ends.push_back(numbers_of(dynamic_cast<Net&>(e.module)));
    if (e.progress.batch == 3) rates.push_back(e.optimizer.param_groups()[0].options().get_lr());
  }
};

template <class Module>
Epochs fit_with_swa(SwaOptions options, Module& net, std::int64_t max_epochs) {
  Epochs epochs;
  Trainer trainer({.max_epochs = max_epochs});
  trainer.add(StochasticWeightAveraging(std::move(options)));
  auto const connected = trainer.attach(epochs);
  trainer.fit(net, batches(4), batches(1));
  return epochs;
}

Numbers mean_of(std::vector<Numbers> const& ends, std::size_t first) {
  Numbers mean(ends[0].size());
  for (std::size_t i = first; i < ends.size(); ++i) {
    for (std::size_t k = 0; k < mean.size(); ++k) {
      mean[k] += ends[i][k] / static_cast<double>(ends.size() - first);
    }
  }
  return mean;
}

TEST(StochasticWeightAveragingTest, IsTheMeanOfTheLastEpochsTheLastOneIncluded) {
  Net net;
  auto const epochs = fit_with_swa({.swa_lrs = {0.05}, .swa_epoch_start = 3}, net, 6);
  ASSERT_EQ(epochs.ends.size(), 6U);  // none more without BatchNorm
  expect_near(numbers_of(net), mean_of(epochs.ends, 2));
}

TEST(StochasticWeightAveragingTest, BeginsAtAShareOfTheEpochs) {
  Net net;
  auto const epochs = fit_with_swa({.swa_lrs = {0.05}}, net, 10);
  expect_near(numbers_of(net), mean_of(epochs.ends, 7));
}

TEST(StochasticWeightAveragingTest, AveragesAsItIsTold) {
  Net net;
  std::vector<std::int64_t> counts;
  auto const epochs =
      fit_with_swa({.swa_lrs = {0.05},
                    .swa_epoch_start = 4,
                    .avg_fn =
                        [&](auto const& average, auto const& weight, auto averaged) {
    if (weight.dim() == 1) counts.push_back(averaged);
    return average * 0.25 + weight * 0.75;
  }},
                   net, 6);
  auto expected = epochs.ends[3];
  for (std::size_t k = 0; k < expected.size(); ++k) {
    for (std::size_t i = 4; i < 6; ++i) expected[k] = expected[k] / 4 + epochs.ends[i][k] * 3 / 4;
  }
  expect_near(numbers_of(net), expected);
  EXPECT_EQ(counts, (std::vector<std::int64_t>{1, 2}));
}

/// With a scheduler that would have the learning rate otherwise.
struct Scheduled : Net {
  Optimizers configure_optimizers() {
    Optimizers optimizers;
    auto& sgd = optimizers.add(torch::optim::SGD(parameters(), 0.1));
    optimizers.schedule(sgd, torch::optim::StepLR(sgd, 1, 0.5));
    optimizers.schedule(sgd, torch::optim::StepLR(sgd, 1, 0.9), {.interval = Interval::kStep});
    return optimizers;
  }
};

void expect_swa_rates(SwaOptions options, std::vector<double> const& expected) {
  Scheduled net;
  auto const epochs =
      fit_with_swa(std::move(options), net, static_cast<std::int64_t>(expected.size()));
  ASSERT_EQ(epochs.rates.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(epochs.rates[i], expected[i], 1e-15) << "epoch " << i;
  }
}

TEST(StochasticWeightAveragingTest, TakesTheLearningRateOver) {
  auto const step = [](int steps, int epochs) {
    return 0.1 * std::pow(0.9, steps) * std::pow(0.5, epochs);
  };
  double const first = step(3, 0), second = step(7, 1), left = step(8, 2);
  expect_swa_rates(
      {.swa_lrs = {0.5},
       .swa_epoch_start = 3,
       .annealing_epochs = 4,
       .annealing_strategy = "linear"},
      {first, second, left, left * 0.75 + 0.125, left * 0.5 + 0.25, left * 0.25 + 0.375, 0.5, 0.5});
  double const share = (1 - std::cos(std::numbers::pi / 4)) / 2;
  expect_swa_rates({.swa_lrs = {0.5}, .swa_epoch_start = 3, .annealing_epochs = 4},
                   {first, second, left, left * (1 - share) + 0.5 * share, left * 0.5 + 0.25,
                    left * share + 0.5 * (1 - share), 0.5, 0.5});
  expect_swa_rates({.swa_lrs = {0.5}, .swa_epoch_start = 3, .annealing_epochs = 0},
                   {first, second, 0.5, 0.5});
}

TEST(StochasticWeightAveragingTest, IsWhatTheModuleHasInValidations) {
  Epochs epochs;
  Trainer trainer({.max_epochs = 5});
  trainer.add(StochasticWeightAveraging({.swa_lrs = {0.05}, .swa_epoch_start = 3}));
  auto const connected = trainer.attach(epochs);
  Net net;
  int seen = 0;
  net.while_validating = [&](Step& step) {
    if (step.progress.stage == Stage::kSanityCheck) return;
    bool const averages = step.progress.epoch >= 2;
    expect_near(numbers_of(net), averages ? mean_of(epochs.ends, 2) : epochs.ends.back());
    ++seen;
  };
  trainer.on<event::TrainEpochEnd>(
      [&](auto const&) { EXPECT_EQ(numbers_of(net), epochs.ends.back()); });
  trainer.fit(net, batches(4), batches(1));
  EXPECT_EQ(seen, 5);
}

TEST(StochasticWeightAveragingTest, AveragesEpochsOfUnknownLengthAtTheirEnds) {
  Net net;
  Epochs epochs;
  Trainer trainer({.max_epochs = 4});
  auto& swa = trainer.add(StochasticWeightAveraging({.swa_lrs = {0.05}, .swa_epoch_start = 3}));
  auto const connected = trainer.attach(epochs);
  trainer.fit(net, [calls = std::int64_t{0}]() mutable -> std::optional<Batch> {
    return ++calls % 5 == 0 ? std::nullopt : std::optional(batch(calls));
  });
  EXPECT_EQ(swa.averaged(), 2);
  expect_near(numbers_of(net), mean_of(epochs.ends, 2));
}

TEST(StochasticWeightAveragingTest, LeavesOutAnEpochThatIsEndedEarly) {
  Net net;
  Epochs epochs;
  Trainer trainer({.max_epochs = 4});
  auto& swa = trainer.add(StochasticWeightAveraging({.swa_lrs = {0.05}, .swa_epoch_start = 2}));
  auto const connected = trainer.attach(epochs);
  trainer.on<event::TrainBatchEnd>([](auto const& e) {
    if (e.progress.epoch == 2 && e.progress.batch == 1) e.control.end_epoch();
  });
  trainer.fit(net, batches(4));
  EXPECT_EQ(swa.averaged(), 2);
  expect_near(numbers_of(net), mean_of(epochs.ends, 1));
}

/// With momentum and weight decay, which would move weights without gradients.
struct TwiceNormed : Net {
  TwiceNormed() {
    norm->to(torch::kDouble);
    still->to(torch::kDouble);
    still->eval();
  }
  torch::Tensor training_step(Batch const& given) {
    return torch::mse_loss(linear(norm(still(given.data * 3 + 1))), given.target);
  }
  torch::Tensor validation_step(Batch const& given, Step& step) {
    if (while_validating) while_validating(step);
    return training_step(given);
  }
  torch::optim::SGD configure_optimizers() {
    return torch::optim::SGD(parameters(),
                             torch::optim::SGDOptions(0.1).momentum(0.9).weight_decay(0.1));
  }
  torch::nn::BatchNorm1d norm = register_module("norm", torch::nn::BatchNorm1d(3));
  torch::nn::BatchNorm1d still = register_module("still", torch::nn::BatchNorm1d(3));
};

/// The statistics of all batches alike, with the module's weights.
std::pair<torch::Tensor, torch::Tensor> statistics_by_hand(TwiceNormed& net, std::int64_t count) {
  torch::NoGradGuard const no_grad;
  auto mean = torch::zeros(3, torch::kDouble), variance = mean.clone();
  for (auto const& each : batches(count)) {
    auto const input = net.still(each.data * 3 + 1);
    mean += input.mean(0) / static_cast<double>(count);
    variance += input.var(0) / static_cast<double>(count);
  }
  return {mean, variance};
}

class OfBatchNorm : public testing::Test {
 protected:
  OfBatchNorm() : trainer_({.max_epochs = 3}) {
    swa_ = &trainer_.add(StochasticWeightAveraging({.swa_lrs = {0.05}, .swa_epoch_start = 2}));
    connected_ = trainer_.attach(epochs_);
  }

  TwiceNormed net_;
  Epochs epochs_;
  Trainer trainer_;
  StochasticWeightAveraging* swa_;
  Subscription connected_;
};

TEST_F(OfBatchNorm, TheStatisticsAreComputedAnewInAnEpochThatChangesNothingElse) {
  auto const still = net_.still->running_mean.clone();
  int batches_in_it = 0;
  trainer_.on<event::TrainBatchEnd>([&](auto const& e) {
    if (e.progress.epoch == 3) ++batches_in_it;
  });
  trainer_.fit(net_, batches(4), batches(1));
  EXPECT_EQ(batches_in_it, 4);
  EXPECT_EQ(trainer_.progress().epochs_done, 4);
  ASSERT_EQ(epochs_.ends.size(), 4U);
  auto const averaged = std::vector(epochs_.ends.begin() + 1, epochs_.ends.begin() + 3);
  expect_near(numbers_of(net_), mean_of(averaged, 0));
  EXPECT_EQ(swa_->averaged(), 2);

  auto const [mean, variance] = statistics_by_hand(net_, 4);
  EXPECT_TRUE(torch::allclose(net_.norm->running_mean, mean, 1e-12, 1e-12));
  EXPECT_TRUE(torch::allclose(net_.norm->running_var, variance, 1e-12, 1e-12));
  EXPECT_EQ(net_.norm->options.momentum(), 0.1);
  EXPECT_TRUE(torch::equal(net_.still->running_mean, still));

  TwiceNormed copy;
  swa_->copy_to(copy);
  EXPECT_TRUE(torch::equal(copy.norm->running_var, net_.norm->running_var));
}

TEST_F(OfBatchNorm, TheLastValidationAndItsCheckpointHaveThem) {
  TemporaryFolder const folder;
  trainer_.add(ModelCheckpoint({.dirpath = folder.path(), .filename = "last"}));
  Numbers at_the_end;
  net_.while_validating = [&](Step& step) {
    if (step.progress.epoch != 3) return;
    auto const [mean, variance] = statistics_by_hand(net_, 4);
    EXPECT_TRUE(torch::allclose(net_.norm->running_mean, mean, 1e-12, 1e-12));
    at_the_end = numbers_of(net_);
  };
  trainer_.fit(net_, batches(4), batches(1));
  EXPECT_EQ(at_the_end, numbers_of(net_));
  TwiceNormed stored;
  load_weights(stored, folder.path() / "last.ckpt");
  EXPECT_EQ(numbers_of(stored), numbers_of(net_));
  EXPECT_TRUE(torch::equal(stored.norm->running_mean, net_.norm->running_mean));
}

TEST_F(OfBatchNorm, TheModuleIsAsItWasBeforeThatEpochAfterAnErrorInIt) {
  torch::Tensor mean;
  trainer_.on<event::TrainEpochEnd>([&](auto const& e) {
    if (e.progress.epoch == 2) mean = net_.norm->running_mean.clone();
  });
  trainer_.on<event::TrainBatchStart>([](auto const& e) {
    if (e.progress.epoch == 3 && e.progress.batch == 2) throw std::runtime_error("cable");
  });
  EXPECT_THROW(trainer_.fit(net_, batches(4)), std::runtime_error);
  EXPECT_EQ(net_.norm->options.momentum(), 0.1);
  EXPECT_EQ(numbers_of(net_), epochs_.ends.at(2));
  EXPECT_TRUE(torch::equal(net_.norm->running_mean, mean));
}

TEST_F(OfBatchNorm, ATrainingWithoutALastEpochWarnsThatTheyAreNotComputedAnew) {
  Trainer trainer({.max_steps = 12});
  trainer.add(StochasticWeightAveraging({.swa_lrs = {0.05}, .swa_epoch_start = std::int64_t{2}}));
  testing::internal::CaptureStderr();
  trainer.fit(net_, batches(4));
  auto const warning = testing::internal::GetCapturedStderr();
  EXPECT_NE(warning.find("statistics of BatchNorm anew"), std::string::npos) << warning;
}

TEST_F(OfBatchNorm, ATrainingThatIsEndedBeforeThatEpochWarnsAndAveragesThem) {
  std::vector<torch::Tensor> means;
  trainer_.on<event::TrainEpochEnd>([&](auto const& e) {
    if (e.progress.epoch > 0) means.push_back(net_.norm->running_mean.clone());
    if (e.progress.epoch == 2) e.control.stop("enough");
  });
  testing::internal::CaptureStderr();
  trainer_.fit(net_, batches(4));
  auto const warning = testing::internal::GetCapturedStderr();
  EXPECT_NE(warning.find("ended before the epoch in which"), std::string::npos) << warning;
  EXPECT_TRUE(torch::allclose(net_.norm->running_mean, (means.at(0) + means.at(1)) / 2));
}

TEST_F(OfBatchNorm, AFitThatGoesOnToMoreEpochsBeginsWithTheLiveWeights) {
  TemporaryFolder const folder;
  trainer_.fit(net_, batches(4));
  trainer_.save_checkpoint(folder.path() / "end.ckpt");
  TwiceNormed net;
  Trainer longer({.max_epochs = 5});
  auto& swa = longer.add(StochasticWeightAveraging({.swa_lrs = {0.05}, .swa_epoch_start = 2}));
  Numbers first;
  longer.on<event::TrainBatchStart>(once(), [&](auto const&) { first = numbers_of(net); });
  longer.fit(net, batches(4), {.resume_from = folder.path() / "end.ckpt"});
  EXPECT_EQ(first, epochs_.ends[2]);
  EXPECT_EQ(swa.averaged(), 3);  // the epochs 1, 2 and 4
  auto const [mean, variance] = statistics_by_hand(net, 4);
  EXPECT_TRUE(torch::allclose(net.norm->running_mean, mean, 1e-12, 1e-12));
}

TEST_F(OfBatchNorm, ATrialHasNoEpochMore) {
  Trainer trial({.fast_dev_run = 1});
  trial.add(StochasticWeightAveraging({.swa_lrs = {0.05}}));
  trial.fit(net_, batches(4));
  EXPECT_EQ(trial.progress().epochs_done, 1);
}

TEST(StochasticWeightAveragingTest, WarnsIfItNeverBegins) {
  Net net;
  testing::internal::CaptureStderr();
  auto const epochs = fit_with_swa({.swa_lrs = {0.05}, .swa_epoch_start = 3}, net, 2);
  auto const warning = testing::internal::GetCapturedStderr();
  EXPECT_NE(warning.find("epoch 3 of 2: nothing will be averaged"), std::string::npos) << warning;
  EXPECT_EQ(numbers_of(net), epochs.ends.back());
}

TEST(StochasticWeightAveragingTest, RefusesToShareATrainerWithAnotherAverage) {
  Trainer trainer({.max_epochs = 2});
  trainer.add(StochasticWeightAveraging({.swa_lrs = {0.05}, .swa_epoch_start = 1}));
  trainer.add(Named<"second", StochasticWeightAveraging>(
      SwaOptions{.swa_lrs = {0.05}, .swa_epoch_start = 1}));
  Net net;
  auto const message =
      message_of<std::runtime_error>([&] { trainer.fit(net, batches(4), batches(1)); });
  EXPECT_NE(message.find("cannot share a trainer"), std::string::npos) << message;
}

TEST(StochasticWeightAveragingTest, RefusesOptionsOutOfTheirRange) {
  auto const message = [](SwaOptions options) {
    return message_of<std::invalid_argument>(
        [&] { StochasticWeightAveraging swa(std::move(options)); });
  };
  EXPECT_EQ(message({}),
            "swa_lrs of StochasticWeightAveraging must be one or more learning rates, "
            "but got none");
  EXPECT_EQ(message({.swa_lrs = {0.1, 0}}),
            "swa_lrs of StochasticWeightAveraging must be above 0, but got 0");
  EXPECT_EQ(message({.swa_lrs = {0.1}, .swa_epoch_start = 1.5}),
            "swa_epoch_start of StochasticWeightAveraging must be a share from 0.0 to 1.0, or a "
            "whole number, but got 1.5");
  EXPECT_EQ(message({.swa_lrs = {0.1}, .swa_epoch_start = 0}),
            "swa_epoch_start of StochasticWeightAveraging must be >= 1, or a share, but got 0");
  EXPECT_EQ(message({.swa_lrs = {0.1}, .annealing_epochs = -1}),
            "annealing_epochs of StochasticWeightAveraging must be >= 0, but got -1");
  EXPECT_EQ(message({.swa_lrs = {0.1}, .annealing_strategy = "cosine"}),
            "annealing_strategy of StochasticWeightAveraging must be \"cos\" or \"linear\", but "
            "got \"cosine\"");
}

TEST(StochasticWeightAveragingTest, RefusesWhatItCannotBeginWith) {
  auto const message = [](SwaOptions swa, TrainerOptions options) {
    Trainer trainer(std::move(options));
    trainer.add(StochasticWeightAveraging(std::move(swa)));
    Net net;
    return message_of<std::invalid_argument>([&] { trainer.fit(net, batches(4)); });
  };
  EXPECT_EQ(message({.swa_lrs = {0.1, 0.2}}, {.max_epochs = 2}),
            "swa_lrs of StochasticWeightAveraging must be one learning rate or one for each of 1 "
            "groups of parameters, but got 2");
  EXPECT_EQ(message({.swa_lrs = {0.1}}, {.max_steps = 2}),
            "swa_epoch_start of StochasticWeightAveraging is 0.8, a share of max_epochs, which is "
            "not limited; give an epoch");
}

}  // namespace
}  // namespace sferic::test
