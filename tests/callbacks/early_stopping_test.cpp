#include <sferic/callbacks/early_stopping.hpp>

#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/registry/named.hpp>

#include <gtest/gtest.h>

#include "support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

using Values = std::vector<double>;

/// What a fit ended with, in which each epoch validates to one of the values.
struct Ending {
  std::int64_t epochs;
  EarlyStopping stopping;
};

Ending fit(Values const& values, EarlyStoppingOptions options,
           TrainerOptions trainer_options = {}) {
  if (!trainer_options.max_epochs) {
    trainer_options.max_epochs = static_cast<std::int64_t>(values.size());
  }
  options.monitor = "m";
  Trainer trainer(trainer_options);
  auto const& stopping = trainer.add(EarlyStopping(std::move(options)));
  Net net;
  log_by_epoch(net, values);
  trainer.fit(net, batches(2), batches(1));
  return {trainer.progress().epoch, stopping};
}

TEST(EarlyStoppingTest, StopsWhenItsPatienceIsExhausted) {
  auto const [epochs, stopping] = fit({5, 4, 4, 4, 4, 4}, {.patience = 3});
  EXPECT_EQ(epochs, 5);
  EXPECT_EQ(stopping.stopped_epoch(), 4);
  EXPECT_EQ(stopping.wait_count(), 3);
  EXPECT_EQ(stopping.best_score(), 4);
  EXPECT_EQ(stopping.reason(), StoppingReason::kPatienceExhausted);
  EXPECT_EQ(stopping.message(), "`m` did not improve in 3 checks; the best value was 4.000");
}

TEST(EarlyStoppingTest, CountsAnImprovementOfExactlyMinDeltaAsNone) {
  auto const [epochs, stopping] = fit({5, 4, 3, 2, 1}, {.min_delta = 1, .patience = 2});
  EXPECT_EQ(epochs, 5);
  EXPECT_EQ(stopping.reason(), StoppingReason::kNotStopped);
  EXPECT_EQ(stopping.best_score(), 1);
  EXPECT_EQ(fit({5, 4, 3, 2, 1}, {.min_delta = 1, .patience = 1}).epochs, 2);
}

TEST(EarlyStoppingTest, ComparesAFloatWithTheFloatThatAThresholdIs) {
  // As doubles, the float 1.45 is larger than 1.45, and 1.1f - 0.1 is larger than 1.0f.
  EXPECT_EQ(fit({1.45, 1.45}, {.mode = "max", .stopping_threshold = 1.45}).epochs, 2);
  EXPECT_EQ(fit({1.0, 1.1, 1.1}, {.min_delta = 0.1, .patience = 1, .mode = "max"}).epochs, 2);
}

TEST(EarlyStoppingTest, StopsAtTheFirstBadValueWithoutPatience) {
  EXPECT_EQ(fit({1, 1, 1}, {.patience = 0}).epochs, 2);
  EXPECT_EQ(fit({1, 1, 1}, {.patience = 1}).epochs, 2);
}

TEST(EarlyStoppingTest, StopsBeyondTheStoppingThresholdOnly) {
  auto const [epochs, stopping] = fit({3, 2, 1}, {.stopping_threshold = 2.0});
  EXPECT_EQ(epochs, 3);
  EXPECT_EQ(stopping.reason(), StoppingReason::kStoppingThreshold);
  EXPECT_EQ(stopping.message(), "`m` = 1 is better than the stopping threshold 2");
  EXPECT_EQ(stopping.best_score(), 2);  // as it was
  EXPECT_EQ(fit({3, 3.5, 4}, {.mode = "max", .stopping_threshold = 3.0}).epochs, 2);
}

TEST(EarlyStoppingTest, StopsBeyondTheDivergenceThresholdOnly) {
  auto const [epochs, stopping] = fit({3, 3.125, 3}, {.divergence_threshold = 3.0});
  EXPECT_EQ(epochs, 2);
  EXPECT_EQ(stopping.reason(), StoppingReason::kDivergenceThreshold);
  EXPECT_EQ(stopping.message(), "`m` = 3.125 is worse than the divergence threshold 3");
  EXPECT_EQ(stopping.wait_count(), 0);
}

TEST(EarlyStoppingTest, StopsAtAValueThatIsNotFinite) {
  for (double const bad : {kNaN, kInfinity, -kInfinity}) {
    auto const [epochs, stopping] = fit({1, bad, 1}, {});
    EXPECT_EQ(epochs, 2);
    EXPECT_EQ(stopping.reason(), StoppingReason::kNonFiniteMetric);
    EXPECT_EQ(stopping.best_score(), 1);
  }
}

TEST(EarlyStoppingTest, TakesNaNForNoImprovementIfItIsNotToCheckForIt) {
  auto const [epochs, stopping] = fit({1, kNaN, kNaN, 0.5}, {.patience = 3, .check_finite = false});
  EXPECT_EQ(epochs, 4);
  EXPECT_EQ(stopping.best_score(), 0.5);
  EXPECT_EQ(fit({1, kNaN, kNaN, 0.5}, {.patience = 2, .check_finite = false}).epochs, 3);
}

TEST(EarlyStoppingTest, WaitsForMinEpochs) {
  auto const [epochs, stopping] = fit({1, 2, 2, 2, 2}, {.patience = 1}, {.min_epochs = 4});
  EXPECT_EQ(epochs, 4);
  EXPECT_EQ(stopping.stopped_epoch(), 3);
  EXPECT_EQ(stopping.wait_count(), 3);
}

TEST(EarlyStoppingTest, GivesTheTrainerItsMessage) {
  Trainer trainer({.max_epochs = 3});
  trainer.add(EarlyStopping({.monitor = "m", .stopping_threshold = 2.0}));
  std::string reason;
  trainer.on<event::StopRequested>([&](auto const& e) { reason = e.reason; });
  Net net;
  log_by_epoch(net, {1, 1, 1});
  trainer.fit(net, batches(1), batches(1));
  EXPECT_EQ(reason, "`m` = 1 is better than the stopping threshold 2");
}

TEST(EarlyStoppingTest, ChecksEachValidationWhereTheyAreNotOneAnEpoch) {
  TrainerOptions const twice{.max_epochs = 2, .val_check_interval = 0.5};
  EXPECT_EQ(fit({1, 1}, {.patience = 9}, twice).stopping.wait_count(), 3);
  TrainerOptions const seldom{.max_epochs = 4, .check_val_every_n_epoch = 2};
  EXPECT_EQ(fit({1, 1, 1, 1}, {.patience = 9}, seldom).stopping.wait_count(), 1);
  EXPECT_EQ(fit({1, 1, 1, 1}, {.patience = 9}).stopping.wait_count(), 3);
}

TEST(EarlyStoppingTest, ChecksWhereItIsTold) {
  TrainerOptions const twice{.max_epochs = 2, .val_check_interval = 0.5};
  EarlyStoppingOptions const at_epochs{.patience = 9, .check_on_train_epoch_end = true};
  EXPECT_EQ(fit({1, 1}, at_epochs, twice).stopping.wait_count(), 1);
}

TEST(EarlyStoppingTest, HearsWhatIsLoggedAtTheEndOfTheEpochItself) {
  Trainer trainer({.max_epochs = 3});
  trainer.add(EarlyStopping({.monitor = "late", .patience = 1}));
  trainer.on<event::TrainEpochEnd>([](auto const& e) { e.metrics.log("late", 1.0); });
  Net net;
  trainer.fit(net, batches(1));
  EXPECT_EQ(trainer.progress().epoch, 2);
}

TEST(EarlyStoppingTest, NamesTheValuesThatThereAreWhereItsOwnIsMissing) {
  Trainer trainer({.max_epochs = 1});
  trainer.add(EarlyStopping({.monitor = "zz"}));
  Net net;
  log_by_epoch(net, {1});
  EXPECT_EQ(message_of<std::runtime_error>([&] { trainer.fit(net, batches(1), batches(1)); }),
            "EarlyStopping watches `zz`, which is not there; the logged values are: `m`");
}

TEST(EarlyStoppingTest, LeavesTheCheckOutWhereItIsNotStrict) {
  Trainer trainer({.max_epochs = 3});
  auto const& stopping = trainer.add(EarlyStopping({.monitor = "zz", .strict = false}));
  Net net;
  trainer.fit(net, batches(1), batches(1));
  EXPECT_EQ(trainer.progress().epoch, 3);
  EXPECT_EQ(stopping.wait_count(), 0);
}

TEST(EarlyStoppingTest, WatchesNoTrialNoSanityCheckAndNoOtherTask) {
  Trainer trial({.fast_dev_run = 1});
  auto const& in_trial = trial.add(EarlyStopping({.monitor = "zz"}));
  Net net;
  trial.fit(net, batches(1), batches(1));
  EXPECT_EQ(in_trial.reason(), StoppingReason::kNotStopped);

  Trainer trainer({.max_epochs = 0});
  auto const& stopping = trainer.add(
      EarlyStopping({.monitor = "m", .patience = 1, .check_on_train_epoch_end = false}));
  log_by_epoch(net, {kNaN});
  trainer.fit(net, batches(1), batches(1));
  trainer.validate(net, batches(1));
  EXPECT_EQ(stopping.reason(), StoppingReason::kNotStopped);
}

TEST(EarlyStoppingTest, TellsWhatItDecidesIfItIsVerbose) {
  testing::internal::CaptureStderr();
  fit({2, 1.5, 1.75}, {.patience = 1, .verbose = true});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "`m` improved to 2.000\n"
            "`m` improved by 0.500 to 1.500\n"
            "`m` did not improve in 1 checks; the best value was 1.500\n");
}

TEST(EarlyStoppingTest, RestoresItsStateWithThePatienceInIt) {
  auto stopped = fit({3, 2, 2, 2}, {.patience = 2}).stopping;
  EarlyStopping restored({.monitor = "m", .patience = 7});
  restore(restored, state_of(stopped));
  EXPECT_EQ(restored.wait_count(), 2);
  EXPECT_EQ(restored.best_score(), 2);
  EXPECT_EQ(restored.patience(), 2);
  EXPECT_EQ(restored.stopped_epoch(), 3);
  EXPECT_EQ(restored.reason(), StoppingReason::kPatienceExhausted);
  EXPECT_EQ(restored.message(), stopped.message());
}

TEST(EarlyStoppingTest, ReadsAStateOfItsFirstVersion) {
  EarlyStopping restored({.monitor = "m"});
  restore(restored, golden_state("early_stopping_v0.state"));
  EXPECT_EQ(restored.wait_count(), 2);
  EXPECT_EQ(restored.best_score(), 2);
  EXPECT_EQ(restored.patience(), 2);
  EXPECT_EQ(restored.stopped_epoch(), 3);
  EXPECT_EQ(restored.reason(), StoppingReason::kPatienceExhausted);
  EXPECT_EQ(restored.message(), "`m` did not improve in 2 checks; the best value was 2.000");
}

TEST(EarlyStoppingTest, RefusesAStateWithAnUnknownReason) {
  auto stopped = fit({3, 2, 2, 2}, {.patience = 2}).stopping;
  auto state = state_of(stopped);
  auto const length = stopped.message().size() + sizeof(std::size_t);
  state[state.size() - length - sizeof(std::int32_t)] = 9;
  EXPECT_NE(message_of<CheckpointError>([&] { restore(stopped, state); }).find("reason 9"),
            std::string::npos);
}

TEST(EarlyStoppingTest, StopsAResumedFitWhereItWouldHaveStoppedTheWholeOne) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "resumed.ckpt";
  Values const values{3, 2, 2, 2, 2, 2, 2};
  EarlyStoppingOptions const options{.monitor = "m", .patience = 3};
  Net net;
  log_by_epoch(net, values);
  Trainer first({.max_epochs = 3}, EarlyStopping(options));
  first.fit(net, batches(1), batches(1));
  first.save_checkpoint(path);

  Trainer second({.max_epochs = 7}, EarlyStopping(options));
  second.fit(net, batches(1), batches(1), {.resume_from = path});
  EXPECT_EQ(second.progress().epoch, fit(values, options).epochs);
  EXPECT_EQ(second.progress().epoch, 5);
}

TEST(EarlyStoppingTest, TwoOfThemAreTwoTypesAndEitherStops) {
  Trainer trainer({.max_epochs = 9});
  trainer.add(EarlyStopping({.monitor = "m", .patience = 8}));
  auto const& other = trainer.add(
      Named<"by_threshold", EarlyStopping>({.monitor = "m", .stopping_threshold = 5.0}));
  Net net;
  log_by_epoch(net, {9, 7, 4, 3, 2});
  trainer.fit(net, batches(1), batches(1));
  EXPECT_EQ(trainer.progress().epoch, 3);
  EXPECT_EQ(other.reason(), StoppingReason::kStoppingThreshold);
}

TEST(EarlyStoppingTest, NamesTheOptionThatIsOutOfItsRange) {
  auto const message = [](EarlyStoppingOptions const& options) {
    return message_of<std::invalid_argument>([&] { EarlyStopping{options}; });
  };
  EXPECT_EQ(message({}), "monitor of EarlyStopping must be the name of a value, but got none");
  EXPECT_EQ(message({.monitor = "m", .min_delta = kNaN}),
            "min_delta of EarlyStopping must be finite, but got nan");
  EXPECT_EQ(message({.monitor = "m", .patience = -1}),
            "patience of EarlyStopping must be >= 0, but got -1");
  EXPECT_EQ(message({.monitor = "m", .mode = "auto"}),
            "mode of EarlyStopping must be \"min\" or \"max\", but got \"auto\"");
  EXPECT_EQ(message({.monitor = "m", .stopping_threshold = kNaN}),
            "stopping_threshold of EarlyStopping must be a number, but got nan");
  EXPECT_EQ(message({.monitor = "m", .divergence_threshold = kNaN}),
            "divergence_threshold of EarlyStopping must be a number, but got nan");
}

}  // namespace
}  // namespace sferic::test
