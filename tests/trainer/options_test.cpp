#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

std::string message_for(TrainerOptions const& options) {
  return message_of<std::invalid_argument>([&] { Trainer{options}; });
}

TEST(TrainerOptions, NameTheOptionAndTheValueThatIsOutOfRange) {
  EXPECT_EQ(message_for({.max_epochs = -1}), "max_epochs must be >= 0, but got -1");
  EXPECT_EQ(message_for({.min_epochs = -2}), "min_epochs must be >= 0, but got -2");
  EXPECT_EQ(message_for({.max_steps = -3}), "max_steps must be >= 0, but got -3");
  EXPECT_EQ(message_for({.min_steps = -4}), "min_steps must be >= 0, but got -4");
  EXPECT_EQ(message_for({.fast_dev_run = -1}), "fast_dev_run must be >= 0, but got -1");
  EXPECT_EQ(message_for({.num_sanity_val_steps = -2}),
            "num_sanity_val_steps must be >= -1, but got -2");
  EXPECT_EQ(message_for({.check_val_every_n_epoch = 0}),
            "check_val_every_n_epoch must be >= 1, but got 0");
}

TEST(TrainerOptions, NameTheStepThatIsOutOfRange) {
  EXPECT_EQ(message_for({.accumulate_grad_batches = 0}),
            "accumulate_grad_batches must be >= 1, but got 0");
  EXPECT_EQ(message_for({.gradient_clip_val = 0.0}), "gradient_clip_val must be > 0, but got 0");
  EXPECT_EQ(message_for({.gradient_clip_val = std::numeric_limits<double>::quiet_NaN()}),
            "gradient_clip_val must be > 0, but got nan");
}

TEST(TrainerOptions, NameTheIntervalThatIsOutOfRange) {
  std::string const expected = "val_check_interval must be a count >= 1 or a share in (0, 1], ";
  EXPECT_EQ(message_for({.val_check_interval = 0}), expected + "but got 0");
  EXPECT_EQ(message_for({.val_check_interval = 0.0}), expected + "but got 0");
  EXPECT_EQ(message_for({.val_check_interval = 1.5}), expected + "but got 1.5");
  EXPECT_EQ(message_for({.check_val_every_n_epoch = std::nullopt, .val_check_interval = 0.5}),
            "val_check_interval must be a count where check_val_every_n_epoch is not set, but got "
            "the share 0.5");
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

}  // namespace
}  // namespace sferic::test
