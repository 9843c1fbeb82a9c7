// When a fit validates.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// An epoch and the number of its batches that were trained before a validation.
using Place = std::pair<std::int64_t, std::int64_t>;
using Places = std::vector<Place>;

Places validations(TrainerOptions options, std::int64_t batches_per_epoch) {
  options.num_sanity_val_steps = 0;
  options.device = "cpu";
  Trainer trainer(options);
  Places places;
  std::int64_t trained = 0;
  trainer.on<event::TrainEpochStart>([&](auto const&) { trained = 0; });
  trainer.on<event::TrainBatchEnd>([&](auto const&) { ++trained; });
  trainer.on<event::ValidationStart>(
      [&](auto const& e) { places.emplace_back(e.progress.epoch, trained); });
  Net net;
  auto train = batches(batches_per_epoch);
  auto validation = batches(1);
  trainer.fit(net, train, validation);
  return places;
}

TEST(ValidationInterval, IsAnEpochByDefault) {
  EXPECT_EQ(validations({.max_epochs = 2}, 3), (Places{{0, 3}, {1, 3}}));
}

TEST(ValidationInterval, MayBeACountOfBatches) {
  EXPECT_EQ(validations({.max_epochs = 2, .val_check_interval = 3}, 4), (Places{{0, 3}, {1, 3}}));
  EXPECT_EQ(validations({.max_epochs = 1, .val_check_interval = 1}, 3),
            (Places{{0, 1}, {0, 2}, {0, 3}}));
}

TEST(ValidationInterval, MayBeAShareOfTheEpochRoundedDown) {
  EXPECT_EQ(validations({.max_epochs = 1, .val_check_interval = 0.5}, 5), (Places{{0, 2}, {0, 4}}));
  EXPECT_EQ(validations({.max_epochs = 1, .val_check_interval = 0.1}, 3),
            (Places{{0, 1}, {0, 2}, {0, 3}}));
}

TEST(ValidationInterval, IsAShareOfTheBatchesThatTheLimitLeaves) {
  EXPECT_EQ(
      validations({.max_epochs = 1, .limit_train_batches = 4, .val_check_interval = 0.5}, 100),
      (Places{{0, 2}, {0, 4}}));
}

TEST(ValidationInterval, GoesOnOverEpochsBordersIfAsked) {
  EXPECT_EQ(
      validations(
          {.max_epochs = 4, .check_val_every_n_epoch = std::nullopt, .val_check_interval = 5}, 3),
      (Places{{1, 2}, {3, 1}}));
}

TEST(ValidationInterval, OfAnEpochsBatchesGoesOnOverTheBorderOfAnEpochThatEndedEarly) {
  Trainer trainer({.max_epochs = 3,
                   .num_sanity_val_steps = 0,
                   .check_val_every_n_epoch = std::nullopt,
                   .device = "cpu"});
  Places places;
  trainer.on<event::ValidationStart>(
      [&](auto const& e) { places.emplace_back(e.progress.epoch, e.progress.optimizer_steps); });
  trainer.on<event::TrainBatchEnd>(once(), [](auto const& e) { e.control.end_epoch(); });
  Net net;
  trainer.fit(net, batches(2), batches(1));
  EXPECT_EQ(places, (Places{{1, 2}, {2, 4}}));
}

TEST(ValidationInterval, GoesOnInAFitThatGoesOn) {
  Trainer trainer({.max_steps = 4,
                   .num_sanity_val_steps = 0,
                   .check_val_every_n_epoch = std::nullopt,
                   .val_check_interval = 3,
                   .device = "cpu"});
  std::vector<std::int64_t> at;
  trainer.on<event::ValidationStart>(
      [&](auto const& e) { at.push_back(e.progress.optimizer_steps); });
  trainer.on<event::TrainBatchEnd>(once(), [](auto const& e) { e.control.stop("once"); });
  Net net;
  auto const train = batches(2);
  auto const validation = batches(1);
  trainer.fit(net, train, validation);
  trainer.fit(net, train, validation, {.go_on = true});
  EXPECT_EQ(at, (std::vector<std::int64_t>{1, 3}));  // the first one is the stop's
}

TEST(ValidationInterval, CountsTheBatchThatAnErrorEndedInAFitThatGoesOn) {
  struct Error {};
  Trainer trainer({.max_steps = 3,
                   .num_sanity_val_steps = 0,
                   .check_val_every_n_epoch = std::nullopt,
                   .val_check_interval = 3,
                   .device = "cpu"});
  std::vector<std::int64_t> at;
  trainer.on<event::ValidationStart>(
      [&](auto const& e) { at.push_back(e.progress.optimizer_steps); });
  trainer.on<event::TrainBatchStart>(once(), [](auto const&) { throw Error(); });
  Net net;
  auto const train = batches(4);
  auto const validation = batches(1);
  EXPECT_THROW(trainer.fit(net, train, validation), Error);
  trainer.fit(net, train, validation, {.go_on = true});
  EXPECT_EQ(at, (std::vector<std::int64_t>{2}));
}

TEST(ValidationInterval, CountsOnlyInEpochsThatValidate) {
  EXPECT_EQ(
      validations({.max_epochs = 4, .check_val_every_n_epoch = 2, .val_check_interval = 2}, 4),
      (Places{{1, 2}, {1, 4}, {3, 2}, {3, 4}}));
}

TEST(ValidationInterval, IsCutShortByAStop) {
  Trainer trainer(
      {.max_epochs = 3, .num_sanity_val_steps = 0, .val_check_interval = 4, .device = "cpu"});
  auto& recorder = trainer.add(Recorder());
  trainer.on<event::TrainBatchEnd>([](auto const& e) { e.control.stop("enough"); });
  Net net;
  auto train = batches(4);
  auto validation = batches(1);
  trainer.fit(net, train, validation);
  EXPECT_EQ(recorder.count("validation_start"), 1);
  EXPECT_EQ(recorder.count("train_batch_end"), 1);
}

TEST(ValidationInterval, OfAnUnknownEpochEndsWithIt) {
  for (Limit const interval : {Limit(1.0), Limit(2)}) {
    Trainer trainer({.max_epochs = 1,
                     .num_sanity_val_steps = 0,
                     .val_check_interval = interval,
                     .device = "cpu"});
    auto& recorder = trainer.add(Recorder());
    Net net;
    std::int64_t left = 3;
    auto const train = [&]() -> std::optional<Batch> {
      return left-- > 0 ? std::optional(batch(left)) : std::nullopt;
    };
    auto validation = batches(1);
    trainer.fit(net, train, validation);
    EXPECT_EQ(recorder.count("validation_start"), interval.is_share() ? 1 : 2);
  }
}

TEST(ValidationInterval, LongerThanTheEpochIsRefused) {
  EXPECT_EQ(message_of<std::invalid_argument>(
                [] { validations({.max_epochs = 1, .val_check_interval = 5}, 4); }),
            "val_check_interval is 5, but an epoch has 4 training batches; to count over the "
            "epochs' borders, set check_val_every_n_epoch to std::nullopt");
}

TEST(ValidationInterval, IsRefusedAfterTheSanityCheckAndWithoutAValidationToo) {
  Trainer trainer({.max_epochs = 1, .val_check_interval = 3, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  Net net;
  EXPECT_THROW(trainer.fit(net, batches(2)), std::invalid_argument);
  EXPECT_THROW(trainer.fit(net, batches(2), batches(1)), std::invalid_argument);
  EXPECT_EQ(recorder.count("fit_start"), 2);
  EXPECT_EQ(recorder.count("sanity_check_end"), 1);
  EXPECT_EQ(recorder.count("train_start"), 0);
}

TEST(ValidationInterval, IsNotLookedAtWhereNothingIsTrained) {
  Trainer trainer(
      {.max_epochs = 1, .limit_train_batches = 0, .val_check_interval = 3, .device = "cpu"});
  Net net;
  trainer.fit(net, batches(2), batches(1));
  EXPECT_EQ(trainer.progress().epoch, 0);
}

TEST(ValidationInterval, AsAShareOfAnUnknownLengthIsRefused) {
  Trainer trainer({.max_epochs = 1, .val_check_interval = 0.5, .device = "cpu"});
  Net net;
  auto const train = []() -> std::optional<Batch> { return std::nullopt; };
  auto validation = batches(1);
  auto const message =
      message_of<std::invalid_argument>([&] { trainer.fit(net, train, validation); });
  EXPECT_NE(message.find("val_check_interval must be a count or 1.0"), message.npos) << message;
}

/// What the trainer tells callbacks of its options.
FitPlan plan_of(TrainerOptions options) {
  options.max_epochs = 0;
  Trainer trainer(options);
  FitPlan plan;
  trainer.on<event::FitStart>([&](auto const& e) { plan = e.plan; });
  Net net;
  trainer.fit(net, batches(4), batches(2));
  return plan;
}

/// has_validation, validates_each_epoch, validates_at_epoch_end, is_trial
std::vector<bool> flags_of(TrainerOptions const& options) {
  FitPlan const plan = plan_of(options);
  return {plan.has_validation, plan.validates_each_epoch, plan.validates_at_epoch_end,
          plan.is_trial};
}

TEST(FitPlanTest, TellsWhenTheValidationsAre) {
  EXPECT_EQ(flags_of({}), (std::vector<bool>{true, true, true, false}));
  EXPECT_EQ(flags_of({.check_val_every_n_epoch = 2}),
            (std::vector<bool>{true, false, true, false}));
  EXPECT_EQ(flags_of({.val_check_interval = 0.5}), (std::vector<bool>{true, true, false, false}));
  EXPECT_EQ(flags_of({.val_check_interval = 1}), (std::vector<bool>{true, true, true, false}));
  EXPECT_EQ(flags_of({.val_check_interval = 4}), (std::vector<bool>{true, true, false, false}));
  EXPECT_EQ(flags_of({.limit_val_batches = 0}), (std::vector<bool>{false, true, true, false}));
}

TEST(FitPlanTest, TellsHowOftenLoggersAreTold) {
  EXPECT_EQ(plan_of({}).log_every_n_steps, 50);
  EXPECT_EQ(plan_of({.log_every_n_steps = 0}).log_every_n_steps, 0);
}

TEST(FitPlanTest, TellsOfATrial) {
  EXPECT_EQ(flags_of({.fast_dev_run = 1}), (std::vector<bool>{true, true, true, true}));
}

}  // namespace
}  // namespace sferic::test
