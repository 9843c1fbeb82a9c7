// Steps in mixed precision.

#include <sferic/trainer/detail/grad_scaler.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/numbers.hpp"
#include "trainer/support.hpp"

namespace sferic::test {
namespace {

TrainerOptions with_precision(Precision precision) {
  return {.max_epochs = 1, .precision = precision, .device = "cpu"};
}

/// A layer in single precision.
class FloatNet : public torch::nn::Module {
 public:
  torch::Tensor forward(Batch const& given) { return linear(given.data.to(torch::kFloat)); }
  torch::Tensor loss(Batch const& given) {
    return (forward(given) - given.target.to(torch::kFloat)).pow(2).mean();
  }

  torch::Tensor training_step(Batch const& given) {
    if (before) before(given);
    types.push_back(forward(given).scalar_type());
    return loss(given);
  }
  void validation_step(Batch const& given) { types.push_back(forward(given).scalar_type()); }
  void test_step(Batch const& given) { types.push_back(forward(given).scalar_type()); }
  torch::Tensor predict_step(Batch const& given) { return forward(given); }
  torch::optim::SGD configure_optimizers() { return torch::optim::SGD(parameters(), 0.1); }

  torch::nn::Linear linear = register_module("linear", torch::nn::Linear(3, 2));
  std::function<void(Batch const&)> before;
  std::vector<torch::ScalarType> types;
};

using Types = std::vector<torch::ScalarType>;

TEST(Precision, IsThatOfTheParametersByDefault) {
  Trainer trainer(with_precision(Precision::kFull));
  FloatNet net;
  trainer.fit(net, batches(1));
  EXPECT_EQ(net.types, Types{torch::kFloat});
}

TEST(Precision, OfBFloat16HoldsInEachKindOfStep) {
  Trainer trainer(with_precision(Precision::kBFloat16Mixed));
  FloatNet net;
  trainer.fit(net, batches(1), batches(1));
  trainer.validate(net, batches(1));
  trainer.test(net, batches(1));
  EXPECT_EQ(net.types, Types(5, torch::kBFloat16)) << "sanity check, training, three evaluations";
  EXPECT_EQ(trainer.predict(net, batches(1)).front().scalar_type(), torch::kBFloat16);
}

TEST(Precision, OfBFloat16LeavesParametersAndGradientsAsTheyAre) {
  Trainer trainer(with_precision(Precision::kBFloat16Mixed));
  FloatNet net;
  auto const before = net.linear->weight.detach().clone();
  trainer.on<event::BeforeOptimizerStep>([](auto const& e) {
    for (auto const& parameter : e.module.parameters()) {
      EXPECT_EQ(parameter.scalar_type(), torch::kFloat);
      EXPECT_EQ(parameter.grad().scalar_type(), torch::kFloat);
    }
  });
  trainer.fit(net, batches(2));
  EXPECT_FALSE(net.linear->weight.equal(before));
}

TEST(Precision, OfBFloat16TrainsAboutAsWell) {
  FloatNet full;
  FloatNet mixed;
  {
    torch::NoGradGuard const no_grad;
    for (std::size_t i = 0; i < 2; ++i) mixed.parameters()[i].copy_(full.parameters()[i]);
  }
  Trainer(with_precision(Precision::kFull)).fit(full, batches(10));
  Trainer(with_precision(Precision::kBFloat16Mixed)).fit(mixed, batches(10));
  EXPECT_TRUE(mixed.linear->weight.allclose(full.linear->weight, 0, 0.05));
  EXPECT_FALSE(mixed.linear->weight.equal(full.linear->weight));
}

TEST(Precision, EndsWithTheStep) {
  Trainer trainer(with_precision(Precision::kBFloat16Mixed));
  FloatNet net;
  trainer.on<event::BeforeBackward>(
      [&](auto const&) { EXPECT_EQ(net.forward(batch(0)).scalar_type(), torch::kFloat); });
  trainer.on<event::ValidationBatchEnd>(
      [&](auto const&) { EXPECT_EQ(net.forward(batch(0)).scalar_type(), torch::kFloat); });
  trainer.fit(net, batches(1), batches(1));
  EXPECT_EQ(net.forward(batch(0)).scalar_type(), torch::kFloat);
}

TEST(Precision, EndsWithAnError) {
  Trainer trainer(with_precision(Precision::kBFloat16Mixed));
  FloatNet net;
  net.before = [](Batch const&) { throw std::runtime_error("broken"); };
  EXPECT_THROW(trainer.fit(net, batches(1)), std::runtime_error);
  EXPECT_EQ(net.forward(batch(0)).scalar_type(), torch::kFloat);
}

TEST(Precision, KeepsTheGradientsOfAStepThatBeginsWithoutThem) {
  Trainer trainer(with_precision(Precision::kBFloat16Mixed));
  FloatNet net;
  net.before = [&](Batch const& given) {
    torch::NoGradGuard const no_grad;
    net.forward(given);
  };
  int seen = 0;
  trainer.on<event::BeforeOptimizerStep>([&](auto const&) {
    ++seen;
    EXPECT_TRUE(net.linear->weight.grad().defined());
    EXPECT_TRUE(net.linear->bias.grad().defined());
  });
  trainer.fit(net, batches(1));
  EXPECT_EQ(seen, 1);
}

TEST(Precision, UsesNewParametersWithinAStepThatOptimizesByItself) {
  struct ManualNet : FloatNet {
    void training_step(Batch const& given, ManualStep& step) {
      Batch const zeros{torch::zeros_like(given.data), given.target};  // gives the bias
      auto const old = forward(zeros);
      step.backward(loss(given));
      step.step(step.optimizer());
      EXPECT_FALSE(forward(zeros).equal(old));
      step.backward(loss(given));
    }
  };
  Trainer trainer(with_precision(Precision::kBFloat16Mixed));
  ManualNet net;
  trainer.fit(net, batches(1));
}

TEST(Precision, OfFloat16NeedsCuda) {
  EXPECT_EQ(
      message_of<std::invalid_argument>([] { Trainer{with_precision(Precision::kFloat16Mixed)}; }),
      "precision kFloat16Mixed needs a CUDA device, but device is \"cpu\"; use "
      "kBFloat16Mixed there");
}

/// A scaler and a parameter whose gradient is given.
class GradScalerTest : public testing::Test {
 protected:
  double scale() { return scaler.scaled(torch::ones({})).item<double>(); }

  /// Whether the step is to be done.
  bool step(double gradient) {
    parameter.mutable_grad() = torch::tensor({gradient, 1.0});
    scaler.unscale(optimizer);
    return scaler.update();
  }

  torch::Tensor parameter = torch::zeros({2});
  torch::optim::SGD optimizer{{parameter}, 0.1};
  detail::GradScaler scaler;
};

TEST_F(GradScalerTest, TakesOutOfTheGradientsWhatItPutIntoTheLoss) {
  EXPECT_EQ(scale(), 65536);
  EXPECT_TRUE(step(65536));
  EXPECT_TRUE(parameter.grad().equal(torch::tensor({1.0, 1.0 / 65536})));
  EXPECT_EQ(scale(), 65536);
}

TEST_F(GradScalerTest, HalvesTheScaleAndLeavesOutAStepThatOverflowed) {
  EXPECT_FALSE(step(kInfinity));
  EXPECT_EQ(scale(), 32768);
  EXPECT_FALSE(step(-kInfinity));
  EXPECT_FALSE(step(kNaN));
  EXPECT_EQ(scale(), 8192);
  EXPECT_TRUE(step(8192));
  EXPECT_EQ(parameter.grad()[0].item<double>(), 1);
}

TEST_F(GradScalerTest, DoublesTheScaleAfterTwoThousandGoodStepsInARow) {
  for (int i = 0; i < 1999; ++i) ASSERT_TRUE(step(1));
  EXPECT_EQ(scale(), 65536);
  EXPECT_TRUE(step(1));
  EXPECT_EQ(scale(), 131072);
  for (int i = 0; i < 1999; ++i) ASSERT_TRUE(step(1));
  EXPECT_FALSE(step(kInfinity));
  EXPECT_EQ(scale(), 65536);
  for (int i = 0; i < 1999; ++i) ASSERT_TRUE(step(1));
  EXPECT_EQ(scale(), 65536);
  EXPECT_TRUE(step(1));
  EXPECT_EQ(scale(), 131072);
}

TEST_F(GradScalerTest, FindsTheOverflowOfAnyParameterWhateverItsType) {
  auto const wide = torch::zeros({2}, torch::kDouble);
  auto const without_gradient = torch::zeros({2});
  torch::optim::SGD both({parameter, wide, without_gradient}, 0.1);
  parameter.mutable_grad() = torch::tensor({65536.0F, 0.0F});
  wide.mutable_grad() = torch::tensor({65536.0, kInfinity}, torch::kDouble);
  scaler.unscale(both);
  EXPECT_EQ(parameter.grad()[0].item<double>(), 1);
  EXPECT_EQ(wide.grad()[0].item<double>(), 1);
  EXPECT_FALSE(scaler.update());
}

TEST_F(GradScalerTest, ForgetsAnOverflowWithTheNextGradients) {
  EXPECT_FALSE(step(kInfinity));
  parameter.mutable_grad() = torch::Tensor();
  scaler.unscale(optimizer);
  EXPECT_TRUE(scaler.update());
}

}  // namespace
}  // namespace sferic::test
