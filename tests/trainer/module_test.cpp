#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

torch::Tensor trained_by_reference() {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  Net net;
  auto train = batches(2);
  trainer.fit(net, train);
  return weights_of(net);
}

class HeldNetImpl : public Net {};
TORCH_MODULE(HeldNet);

TEST(Module, MayBeGivenAsATorchHolder) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  HeldNet net;
  auto train = batches(2);
  trainer.on<event::FitStart>([&](auto const& e) { EXPECT_EQ(&e.module, net.get()); });
  trainer.fit(net, train, train);
  trainer.test(net, train);
  EXPECT_TRUE(weights_of(*net).equal(trained_by_reference()));
}

TEST(Module, MayBeGivenAsAPointer) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  auto train = batches(2);
  auto const shared = std::make_shared<Net>();
  trainer.fit(shared, train, train);
  EXPECT_TRUE(weights_of(*shared).equal(trained_by_reference()));

  Net net;
  trainer.fit(&net, train);
  EXPECT_TRUE(weights_of(net).equal(trained_by_reference()));
}

/// Has a layer that its user keeps in evaluation mode.
class FrozenNet : public Net {
 public:
  FrozenNet() { frozen->eval(); }

  torch::Tensor training_step(Batch const& given) {
    write("train");
    return loss(given);
  }
  void validation_step(Batch const&) { write("validate"); }
  void test_step(Batch const&) { write("test"); }

  torch::nn::Dropout frozen = register_module("frozen", torch::nn::Dropout());
  std::string seen;

 private:
  void write(std::string const& step) {
    seen += step + (is_training() ? " T" : " -") + (linear->is_training() ? "T" : "-") +
            (frozen->is_training() ? "T" : "-") +
            (torch::GradMode::is_enabled() ? " grad\n" : "\n");
  }
};

TEST(Module, IsValidatedInEvaluationModeWithoutGradientsAndGetsEachModeBack) {
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  FrozenNet net;
  auto train = batches(1);
  trainer.fit(net, train, train);
  EXPECT_EQ(net.seen,
            "validate ---\ntrain TT- grad\nvalidate ---\n"
            "train TT- grad\nvalidate ---\n");
  EXPECT_TRUE(net.is_training());
  EXPECT_FALSE(net.frozen->is_training());
  EXPECT_TRUE(torch::GradMode::is_enabled());
}

TEST(Module, IsTestedInEvaluationModeAndGetsItsModeBack) {
  Trainer trainer({.device = "cpu"});
  FrozenNet net;
  trainer.test(net, batches(1));
  EXPECT_EQ(net.seen, "test ---\n");
  EXPECT_TRUE(net.is_training());
  EXPECT_FALSE(net.frozen->is_training());

  net.eval();
  net.seen.clear();
  trainer.validate(net, batches(1));
  EXPECT_EQ(net.seen, "validate ---\n");
  EXPECT_FALSE(net.is_training());
}

TEST(Module, IsInEvaluationModeFromValidationStartToValidationEnd) {
  Trainer trainer({.max_epochs = 1, .num_sanity_val_steps = 0, .device = "cpu"});
  Net net;
  int events = 0;
  auto const expect_mode = [&](bool training) {
    return [&, training](auto const& e) {
      ++events;
      EXPECT_EQ(e.module.is_training(), training);
      EXPECT_EQ(torch::GradMode::is_enabled(), training);
    };
  };
  trainer.on<event::BatchEnd>(expect_mode(true));
  trainer.on<event::ValidationStart>(expect_mode(false));
  trainer.on<event::ValidationEnd>(expect_mode(false));
  trainer.on<event::TrainEpochEnd>(expect_mode(true));
  auto train = batches(1);
  trainer.fit(net, train, train);
  EXPECT_EQ(events, 4);
}

TEST(Module, GetsItsModeBackWhenTheValidationThrows) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  FrozenNet net;
  trainer.on<event::ValidationBatchStart>([](auto const&) { throw std::runtime_error("broken"); });
  auto train = batches(1);
  EXPECT_THROW(trainer.fit(net, train, train), std::runtime_error);
  EXPECT_TRUE(net.is_training());
  EXPECT_FALSE(net.frozen->is_training());
  EXPECT_TRUE(torch::GradMode::is_enabled());
}

/// Takes its batches in the ways a step may.
class FreeFormNet : public Net {
 public:
  torch::Tensor training_step(Batch given) { return loss(given); }
  void validation_step(Batch& given, Step& step) { step.log("val_loss", loss(given)); }
  void test_step(Batch const& given, Step const& step) {
    step.metrics.log("test_loss", loss(given));
  }
};

TEST(Module, StepsMayTakeTheBatchByValueOrByReference) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  FreeFormNet net;
  auto train = batches(2);
  trainer.fit(net, train, train);
  EXPECT_TRUE(trainer.metrics().get("val_loss").has_value());
  trainer.test(net, train);
  EXPECT_TRUE(trainer.metrics().get("test_loss").has_value());
}

}  // namespace
}  // namespace sferic::test
