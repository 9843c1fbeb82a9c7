#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// What a fit with `options` did: "epochs E batches B validations V (batches)".
std::string run(TrainerOptions options, std::int64_t train_batches = 4,
                std::int64_t validation_batches = 2) {
  options.device = "cpu";
  Trainer trainer(options);
  auto const& recorder = trainer.add(Recorder());
  Net net;
  auto train = batches(train_batches);
  auto validation = batches(validation_batches);
  trainer.fit(net, train, validation);
  EXPECT_EQ(recorder.count("train_end"), recorder.count("train_start"));
  EXPECT_EQ(recorder.count("fit_end"), 1);
  return "epochs " + std::to_string(recorder.count("train_epoch_end")) + " batches " +
         std::to_string(recorder.count("train_batch_end")) + " validations " +
         std::to_string(recorder.count("validation_end")) + " (" +
         std::to_string(recorder.count("validation_batch_end")) + ")";
}

TEST(FitLength, FollowsMaxEpochs) {
  EXPECT_EQ(run({.max_epochs = 3, .num_sanity_val_steps = 0}),
            "epochs 3 batches 12 validations 3 (6)");
}

TEST(FitLength, OfMinusOneIsNoLimit) {
  EXPECT_EQ(run({.max_epochs = -1, .max_steps = 6, .num_sanity_val_steps = 0}),
            "epochs 2 batches 6 validations 1 (2)");
  EXPECT_EQ(run({.max_epochs = 2, .max_steps = -1, .num_sanity_val_steps = 0}),
            "epochs 2 batches 8 validations 2 (4)");
}

TEST(FitLength, WithZeroEpochsOnlyChecksTheValidation) {
  Trainer trainer({.max_epochs = 0, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  Net net;
  auto train = batches(1);
  auto validation = batches(1);
  trainer.fit(net, train, validation);
  EXPECT_EQ(recorder.events, lines(kFitBegin + "sanity_check_start " + kValidation +
                                   "sanity_check_end fit_end teardown"));
}

TEST(FitLength, EndsWithinAnEpochAtMaxSteps) {
  EXPECT_EQ(run({.max_steps = 6, .num_sanity_val_steps = 0}),
            "epochs 2 batches 6 validations 1 (2)");
  EXPECT_EQ(run({.max_epochs = 1, .max_steps = 6, .num_sanity_val_steps = 0}),
            "epochs 1 batches 4 validations 1 (2)");
}

TEST(FitLength, AtMaxStepsOnTheLastBatchOfAnEpochValidatesIt) {
  EXPECT_EQ(run({.max_steps = 4, .num_sanity_val_steps = 0}),
            "epochs 1 batches 4 validations 1 (2)");
}

TEST(FitLength, WithZeroStepsTrainsNothing) {
  EXPECT_EQ(run({.max_steps = 0, .num_sanity_val_steps = 0}),
            "epochs 0 batches 0 validations 0 (0)");
}

TEST(FitLength, HasNoLimitOfEpochsWhereStepsAreLimited) {
  EXPECT_EQ(run({.max_steps = 1500, .num_sanity_val_steps = 0}, 1, 0),
            "epochs 1500 batches 1500 validations 0 (0)");
}

TEST(FitLength, IsAThousandEpochsByDefault) {
  EXPECT_EQ(run({}, 1, 0), "epochs 1000 batches 1000 validations 0 (0)");
}

TEST(FitLength, MayBeChangedAtItsStart) {
  Trainer trainer({.max_epochs = 2});
  trainer.on<event::FitStart>([](auto const& e) { ++e.max_epochs.value(); });
  trainer.on<event::TrainEpochStart>([](auto const& e) { EXPECT_EQ(e.progress.max_epochs, 3); });
  Net net;
  for (int fit = 0; fit < 2; ++fit) {
    trainer.fit(net, batches(1));
    EXPECT_EQ(trainer.progress().epochs_done, 3);
  }
}

TEST(FitLimits, TakeACountOrAShareOfTheTrainingBatches) {
  EXPECT_EQ(run({.max_epochs = 2, .limit_train_batches = 3}, 4, 0),
            "epochs 2 batches 6 validations 0 (0)");
  EXPECT_EQ(run({.max_epochs = 2, .limit_train_batches = 0.5}, 4, 0),
            "epochs 2 batches 4 validations 0 (0)");
  EXPECT_EQ(run({.max_epochs = 2, .limit_train_batches = 9}, 4, 0),
            "epochs 2 batches 8 validations 0 (0)");
}

TEST(FitLimits, MayBeTheLargestCountThereIs) {
  EXPECT_EQ(run({.max_epochs = 1,
                 .limit_train_batches = std::numeric_limits<std::int64_t>::max(),
                 .limit_val_batches = std::numeric_limits<std::uint64_t>::max(),
                 .num_sanity_val_steps = 0}),
            "epochs 1 batches 4 validations 1 (2)");
}

TEST(FitLimits, OfZeroTrainNothing) {
  EXPECT_EQ(run({.limit_train_batches = 0, .num_sanity_val_steps = 0}),
            "epochs 0 batches 0 validations 0 (0)");
  EXPECT_EQ(run({.limit_train_batches = 0.0, .num_sanity_val_steps = 0}),
            "epochs 0 batches 0 validations 0 (0)");
}

TEST(FitLimits, TakeACountOrAShareOfTheValidationBatches) {
  EXPECT_EQ(run({.max_epochs = 1, .limit_val_batches = 1, .num_sanity_val_steps = 0}),
            "epochs 1 batches 4 validations 1 (1)");
  EXPECT_EQ(run({.max_epochs = 1, .limit_val_batches = 0.5, .num_sanity_val_steps = 0}, 4, 4),
            "epochs 1 batches 4 validations 1 (2)");
}

TEST(FitLimits, OfZeroValidateNothing) {
  EXPECT_EQ(run({.max_epochs = 1, .limit_val_batches = 0}), "epochs 1 batches 4 validations 0 (0)");
}

TEST(FitLimits, AsAShareThatLeavesNothingAreRefused) {
  EXPECT_EQ(message_of<std::invalid_argument>([] { run({.limit_train_batches = 0.1}, 5, 0); }),
            "limit_train_batches is 0.1, which of 5 batches is not one; 0.2 would be");
  EXPECT_EQ(message_of<std::invalid_argument>([] { run({.limit_val_batches = 0.3}, 4, 3); }),
            "limit_val_batches is 0.3, which of 3 batches is not one; 0.333 would be");
  EXPECT_EQ(run({.max_epochs = 1, .limit_train_batches = 0.2}, 5, 0),
            "epochs 1 batches 1 validations 0 (0)");
}

TEST(FitLimits, OfAValidationInALaterEpochAreLookedAtThere) {
  Trainer trainer({.max_epochs = 2,
                   .limit_val_batches = 0.1,
                   .num_sanity_val_steps = 0,
                   .check_val_every_n_epoch = 2,
                   .device = "cpu"});
  Net net;
  EXPECT_THROW(trainer.fit(net, batches(2), batches(4)), std::invalid_argument);
  EXPECT_EQ(trainer.progress().optimizer_steps, 4);
}

TEST(FitLimits, OfTheValidationAreLookedAtByTheSanityCheckAndElseBeforeTheTraining) {
  for (std::int64_t const steps : {0, 1}) {
    Trainer trainer({.max_epochs = 1,
                     .limit_val_batches = 0.1,
                     .num_sanity_val_steps = steps,
                     .device = "cpu"});
    auto const& recorder = trainer.add(Recorder());
    Net net;
    EXPECT_THROW(trainer.fit(net, batches(2), batches(4)), std::invalid_argument);
    EXPECT_EQ(recorder.events,
              lines(kFitBegin + (steps > 0 ? "sanity_check_start " : "") + "exception teardown"));
  }
}

TEST(FitLimits, OfTheTrainingAreLookedAtAfterTheSanityCheck) {
  Trainer trainer({.max_epochs = 1, .limit_train_batches = 0.1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  Net net;
  EXPECT_THROW(trainer.fit(net, batches(2), batches(1)), std::invalid_argument);
  EXPECT_EQ(recorder.count("sanity_check_end"), 1);
  EXPECT_EQ(recorder.count("train_start"), 0);
}

TEST(FitLimits, AsAShareOfAnUnknownLengthAreRefused) {
  Trainer trainer({.max_epochs = 1, .limit_train_batches = 0.5, .device = "cpu"});
  Net net;
  auto const train = []() -> std::optional<Batch> { return std::nullopt; };
  EXPECT_EQ(message_of<std::invalid_argument>([&] { trainer.fit(net, train); }),
            "limit_train_batches must be a count or 1.0 for a loader of unknown length, but got "
            "0.5");
}

TEST(FastDevRun, MakesOneEpochOfSoManyBatchesWithoutASanityCheck) {
  EXPECT_EQ(run({.max_epochs = 7, .fast_dev_run = 1}, 5, 4),
            "epochs 1 batches 1 validations 1 (1)");
  EXPECT_EQ(run({.fast_dev_run = 2}, 5, 4), "epochs 1 batches 2 validations 1 (2)");
  EXPECT_EQ(run({.limit_train_batches = 0,
                 .fast_dev_run = true,
                 .check_val_every_n_epoch = 3,
                 .val_check_interval = 4}),
            "epochs 1 batches 1 validations 1 (1)");
}

TEST(FastDevRun, LimitsTheOtherTasksToo) {
  Trainer trainer({.fast_dev_run = 2, .device = "cpu"});
  Net net;
  EXPECT_EQ(trainer.predict(net, batches(5)).size(), 2u);
  EXPECT_EQ(trainer.options().max_steps, 2);
}

TEST(FitValidation, IsDueInEveryNthEpoch) {
  EXPECT_EQ(run({.max_epochs = 5, .num_sanity_val_steps = 0, .check_val_every_n_epoch = 2}, 1, 1),
            "epochs 5 batches 5 validations 2 (2)");
}

TEST(FitSanityCheck, RunsAsManyBatchesOfEachLoaderAsTheOptionSays) {
  EXPECT_EQ(run({.max_epochs = 0}, 1, 5), "epochs 0 batches 0 validations 1 (2)");
  EXPECT_EQ(run({.max_epochs = 0, .num_sanity_val_steps = 0}, 1, 5),
            "epochs 0 batches 0 validations 0 (0)");
  EXPECT_EQ(run({.max_epochs = 0, .num_sanity_val_steps = -1}, 1, 5),
            "epochs 0 batches 0 validations 1 (5)");
  EXPECT_EQ(run({.max_epochs = 0, .limit_val_batches = 1}, 1, 5),
            "epochs 0 batches 0 validations 1 (1)");
}

TEST(FitSanityCheck, LeavesNoValuesBehind) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  trainer.on<event::SanityCheckEnd>(
      [](auto const& e) { EXPECT_TRUE(e.metrics.get("val_loss").has_value()); });
  trainer.on<event::TrainStart>(
      [](auto const& e) { EXPECT_FALSE(e.metrics.get("val_loss").has_value()); });
  Net net;
  net.while_validating = [](Step& step) { step.log("val_loss", 1.0); };
  auto train = batches(1);
  auto validation = batches(1);
  trainer.fit(net, train, validation);
  EXPECT_EQ(trainer.metrics().at("val_loss"), 1);
}

}  // namespace
}  // namespace sferic::test
