#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

std::string message_for(TrainerOptions const& options) {
  return message_of<std::invalid_argument>([&] { Trainer{options}; });
}

TEST(TrainerOptions, NameTheOptionAndTheValueThatIsOutOfRange) {
  EXPECT_EQ(message_for({.max_epochs = -2}), "max_epochs must be >= -1, but got -2");
  EXPECT_EQ(message_for({.min_epochs = -2}), "min_epochs must be >= 0, but got -2");
  EXPECT_EQ(message_for({.max_steps = -3}), "max_steps must be >= -1, but got -3");
  EXPECT_EQ(message_for({.min_steps = -4}), "min_steps must be >= 0, but got -4");
  EXPECT_EQ(message_for({.fast_dev_run = -1}), "fast_dev_run must be >= 0, but got -1");
  EXPECT_EQ(message_for({.num_sanity_val_steps = -2}),
            "num_sanity_val_steps must be >= -1, but got -2");
  EXPECT_EQ(message_for({.check_val_every_n_epoch = 0}),
            "check_val_every_n_epoch must be >= 1, but got 0");
  EXPECT_EQ(message_for({.log_every_n_steps = -1}), "log_every_n_steps must be >= 0, but got -1");
}

TEST(TrainerOptions, NameTheStepThatIsOutOfRange) {
  EXPECT_EQ(message_for({.accumulate_grad_batches = 0}),
            "accumulate_grad_batches must be >= 1, but got 0");
  EXPECT_EQ(message_for({.gradient_clip_val = -0.5}),
            "gradient_clip_val must be >= 0, but got -0.5");
  EXPECT_EQ(message_for({.gradient_clip_val = std::numeric_limits<double>::quiet_NaN()}),
            "gradient_clip_val must be >= 0, but got nan");
}

TEST(TrainerOptions, NameTheTimeThatIsOutOfRange) {
  using Seconds = std::chrono::duration<double>;
  EXPECT_EQ(message_for({.max_time = Seconds(-0.5)}), "max_time must be >= 0 s, but got -0.5 s");
  EXPECT_EQ(message_for({.max_time = std::chrono::minutes(-2)}),
            "max_time must be >= 0 s, but got -120 s");
  EXPECT_EQ(message_for({.max_time = Seconds(std::numeric_limits<double>::quiet_NaN())}),
            "max_time must be >= 0 s, but got nan s");
}

TEST(TrainerOptions, NameTheIntervalThatIsOutOfRange) {
  std::string const expected = "val_check_interval must be a count >= 1 or a share in (0, 1], ";
  EXPECT_EQ(message_for({.val_check_interval = 0}), expected + "but got 0");
  EXPECT_EQ(message_for({.val_check_interval = 0.0}), expected + "but got 0");
  EXPECT_EQ(message_for({.val_check_interval = 1.5}), expected + "but got 1.5");
  EXPECT_EQ(message_for({.check_val_every_n_epoch = std::nullopt, .val_check_interval = 0.5}),
            "val_check_interval must be a count or 1.0 where check_val_every_n_epoch is not set, "
            "but got the share 0.5");
}

TEST(TrainerOptions, NameTheLimitThatIsOutOfRange) {
  EXPECT_EQ(message_for({.limit_train_batches = -1}),
            "limit_train_batches must be a count >= 0, but got -1");
  EXPECT_EQ(message_for({.limit_val_batches = 1.5}),
            "limit_val_batches must be a share in [0, 1], but got 1.5");
  EXPECT_EQ(message_for({.limit_test_batches = -0.5}),
            "limit_test_batches must be a share in [0, 1], but got -0.5");
  EXPECT_EQ(message_for({.limit_test_batches = std::numeric_limits<double>::quiet_NaN()}),
            "limit_test_batches must be a share in [0, 1], but got nan");
  EXPECT_EQ(message_for({.overfit_batches = -1}),
            "overfit_batches must be a count >= 0, but got -1");
  EXPECT_EQ(message_for({.overfit_batches = 1.5}),
            "overfit_batches must be a share in [0, 1], but got 1.5");
}

TEST(TrainerOptions, NameTheDeviceThatIsNone) {
  for (std::string const device :
       {"gpu", "", "cuda:x", "cuda:-1", "cuda:99", "cuda:99999999999", "AUTO"}) {
    SCOPED_TRACE(device);
    auto const message = message_for({.device = device});
    EXPECT_NE(message.find("device"), message.npos) << message;
    EXPECT_NE(message.find("\"" + device + "\""), message.npos) << message;
  }
}

TEST(TrainerOptions, CanBeReadBack) {
  Trainer const trainer({.max_epochs = 3, .device = "cpu"});
  EXPECT_EQ(trainer.options().max_epochs, 3);
  EXPECT_EQ(trainer.options().device, "cpu");
}

/// What a trainer makes of the options that say how long to train.
TrainerOptions resolved_by_a_trainer(TrainerOptions const& options) {
  return Trainer(options).options();
}

TEST(TrainerOptions, MakeAThousandEpochsWhereNothingElseLimitsTheTraining) {
  EXPECT_EQ(resolved_by_a_trainer({}).max_epochs, 1000);
  EXPECT_EQ(resolved_by_a_trainer({.max_steps = -1}).max_epochs, 1000);
  EXPECT_EQ(resolved_by_a_trainer({.max_steps = 5}).max_epochs, std::nullopt);
  EXPECT_EQ(resolved_by_a_trainer({.max_time = std::chrono::hours(1)}).max_epochs, std::nullopt);
}

TEST(TrainerOptions, TakeMinusOneForNoLimit) {
  auto const options = resolved_by_a_trainer({.max_epochs = -1, .max_steps = -1});
  EXPECT_EQ(options.max_epochs, std::nullopt);
  EXPECT_EQ(options.max_steps, std::nullopt);
}

TEST(TrainerOptions, MakeAnEpochAtLeastWhereMinStepsIsGiven) {
  EXPECT_EQ(resolved_by_a_trainer({}).min_epochs, 0);
  EXPECT_EQ(resolved_by_a_trainer({.min_steps = 1}).min_epochs, 1);
  EXPECT_EQ(resolved_by_a_trainer({.min_epochs = 0, .min_steps = 1}).min_epochs, 0);
}

}  // namespace
}  // namespace sferic::test
