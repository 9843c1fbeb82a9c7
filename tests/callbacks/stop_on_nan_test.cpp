#include <sferic/callbacks/stop_on_nan.hpp>

#include <gtest/gtest.h>

#include "callbacks/support.hpp"

namespace sferic::test {
namespace {

/// A loss that is multiplied by something from a batch on, counted over the epochs.
struct Breaking : Net {
  explicit Breaking(double by, int first = 3) : factor(by), from(first) {}

  torch::Tensor training_step(Batch const& given) {
    auto const value = loss(given);
    return ++batches >= from ? value * factor : value;
  }

  double factor;
  int from;
  int batches = 0;
};

/// The weights after so many batches without anything broken.
torch::Tensor weights_after(int steps) {
  Net net;
  Trainer({.max_steps = steps}).fit(net, batches(2));
  return weights_of(net);
}

TEST(StopOnNaNTest, StopsBeforeTheWeightsAreSpoiled) {
  for (double const factor : {kNaN, kInfinity, -kInfinity}) {
    Trainer trainer({.max_epochs = 5});
    trainer.add(StopOnNaN());
    std::string reason;
    trainer.on<event::StopRequested>([&](auto const& e) { reason = e.reason; });
    Breaking net(factor);
    trainer.fit(net, batches(2));
    EXPECT_EQ(net.batches, 3);
    EXPECT_TRUE(weights_of(net).equal(weights_after(2)));
    EXPECT_TRUE(reason.starts_with("the loss is ")) << reason;
    EXPECT_TRUE(reason.ends_with(" in epoch 1, batch 0")) << reason;
  }
}

TEST(StopOnNaNTest, LetsFiniteLossesPass) {
  Trainer trainer({.max_epochs = 2});
  trainer.add(StopOnNaN({.gradients = true}));
  Net net;
  trainer.fit(net, batches(2));
  EXPECT_EQ(trainer.progress().optimizer_steps, 4);
  EXPECT_TRUE(weights_of(net).equal(weights_after(4)));
}

TEST(StopOnNaNTest, ThrowsWhereItIsAskedTo) {
  Trainer trainer({.max_epochs = 5});
  trainer.add(StopOnNaN({.action = OnNaN::kThrow}));
  Breaking net(kInfinity, 2);
  EXPECT_EQ(message_of<std::runtime_error>([&] { trainer.fit(net, batches(2)); }).substr(0, 36),
            "the loss is inf in epoch 0, batch 1");
}

TEST(StopOnNaNTest, MissesNothingBetweenTwoLooks) {
  struct Once : Net {
    torch::Tensor training_step(Batch const& given, Step& step) {
      return step.progress.batch == 1 ? loss(given) * kNaN : loss(given).detach() + 0 * loss(given);
    }
  } net;
  Trainer trainer({.max_epochs = 1});
  trainer.add(StopOnNaN({.every_n_batches = 3}));
  trainer.fit(net, batches(9));
  EXPECT_EQ(trainer.progress().optimizer_steps, 2);  // found, and left out, in the third one
}

TEST(StopOnNaNTest, LooksAtTheRestOfAnEpochAtItsEnd) {
  Trainer trainer({.max_epochs = 3});
  trainer.add(StopOnNaN({.every_n_batches = 100, .action = OnNaN::kThrow}));
  Breaking net(kNaN, 2);
  EXPECT_THROW(trainer.fit(net, batches(4)), std::runtime_error);
  EXPECT_EQ(net.batches, 4);
}

TEST(StopOnNaNTest, LeavesOutSuchBatchesWhileTheFewestStepsAreMade) {
  struct Odd : Net {
    torch::Tensor training_step(Batch const& given, Step& step) {
      return step.progress.batch % 2 == 1 ? loss(given) * kNaN : loss(given);
    }
  } net;
  Trainer trainer({.max_epochs = 1, .min_epochs = 0, .min_steps = 3});
  trainer.add(StopOnNaN());
  trainer.fit(net, batches(8));
  EXPECT_EQ(trainer.progress().optimizer_steps, 3);
  EXPECT_TRUE(weights_of(net).isfinite().all().item<bool>());
}

TEST(StopOnNaNTest, LooksAtGradientsWhereItIsAskedTo) {
  // The root's slope at 0 is infinite, though the loss is 0.
  struct Steep : Net {
    torch::Tensor training_step(Batch const& given) { return (loss(given) * 0).sqrt(); }
  } net;
  Trainer trainer({.max_epochs = 2});
  trainer.add(StopOnNaN({.gradients = true, .action = OnNaN::kThrow}));
  auto const before = weights_of(net);
  EXPECT_EQ(message_of<std::runtime_error>([&] { trainer.fit(net, batches(2)); }),
            "a gradient is not finite in epoch 0, batch 0");
  EXPECT_TRUE(weights_of(net).equal(before));
}

TEST(StopOnNaNTest, WatchesAModuleThatOptimizesByItself) {
  struct Manual : Net {
    void training_step(Batch const& given, ManualStep& step) {
      step.optimizer().zero_grad();
      step.backward(loss(given) * (step.progress.batch == 1 ? kNaN : 1));
      step.step(step.optimizer());
    }
  } net;
  Trainer trainer({.max_epochs = 3});
  trainer.add(StopOnNaN());
  trainer.fit(net, batches(4));
  EXPECT_EQ(trainer.progress().optimizer_steps, 2);
}

TEST(StopOnNaNTest, RefusesOptionsOutOfTheirRange) {
  EXPECT_EQ(message_of<std::invalid_argument>([] { StopOnNaN({.every_n_batches = 0}); }),
            "every_n_batches of StopOnNaN must be >= 1, but got 0");
}

}  // namespace
}  // namespace sferic::test
