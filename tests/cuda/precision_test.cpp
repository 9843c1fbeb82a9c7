// Steps in float16, whose gradients are scaled.

#include <sferic/checkpoint/detail/content_reader.hpp>

#include <limits>
#include <utility>
#include <variant>
#include <vector>

#include "cuda/support.hpp"
#include "support/temporary_folder.hpp"
#include "trainer/support.hpp"

namespace sferic::test {
namespace {

using CudaPrecision = OnCuda;

/// A layer in single precision.
class FloatNet : public torch::nn::Module {
 public:
  torch::Tensor loss(Batch const& given) {
    auto const output = linear(given.data.to(torch::kFloat));
    type = output.scalar_type();
    return (output - given.target.to(torch::kFloat)).pow(2).mean();
  }
  torch::Tensor training_step(Batch const& given) { return loss(given) * factor; }
  torch::optim::SGD configure_optimizers() { return torch::optim::SGD(parameters(), 0.1); }

  torch::nn::Linear linear = register_module("linear", torch::nn::Linear(3, 2));
  torch::ScalarType type = torch::kFloat;
  double factor = 1;
};

TrainerOptions options(Precision precision, std::int64_t epochs) {
  return {.max_epochs = epochs, .precision = precision, .device = "cuda"};
}

TEST_F(CudaPrecision, ComputesInTheTypeThatIsAskedForAndLearns) {
  for (auto const& [precision, type] : {std::pair(Precision::kFloat16Mixed, torch::kHalf),
                                        std::pair(Precision::kBFloat16Mixed, torch::kBFloat16)}) {
    FloatNet net;
    Trainer trainer(options(precision, 20));
    std::vector<torch::Tensor> losses;
    trainer.on<event::TrainBatchEnd>([&](auto const& e) { losses.push_back(e.loss.clone()); });
    trainer.on<event::BeforeOptimizerStep>([](auto const& e) {
      EXPECT_EQ(e.module.parameters().front().grad().scalar_type(), torch::kFloat);
    });
    trainer.fit(net, batches(4));
    EXPECT_EQ(net.type, type);
    EXPECT_LT(losses.back().template item<double>(), losses.front().template item<double>());
  }
}

TEST_F(CudaPrecision, HandlersMeetGradientsThatAreNotScaled) {
  std::vector<torch::Tensor> gradients;
  for (auto const precision : {Precision::kFull, Precision::kFloat16Mixed}) {
    torch::manual_seed(1);
    FloatNet net;
    Trainer trainer(options(precision, 1));
    trainer.on<event::BeforeOptimizerStep>(
        [&](auto const& e) { gradients.push_back(e.module.parameters().front().grad().clone()); });
    trainer.fit(net, batches(1));
  }
  EXPECT_TRUE(torch::allclose(gradients[0], gradients[1], 1e-2, 1e-2));
}

/// Each overflow halves the scale.
TEST_F(CudaPrecision, CheckpointsKeepTheScale) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "at.ckpt";
  auto const scale_after = [&](FloatNet& net, std::int64_t epochs, FitOptions const& from) {
    Trainer trainer(options(Precision::kFloat16Mixed, epochs));
    trainer.fit(net, batches(1), from);
    trainer.save_checkpoint(path);
    return std::get<double>(sferic::detail::read_content(path).values.at("scaler/scale"));
  };
  FloatNet net;
  net.factor = std::numeric_limits<double>::infinity();
  EXPECT_EQ(scale_after(net, 3, {}), 65536 / 8);
  FloatNet another;
  EXPECT_EQ(scale_after(another, 4, {.resume_from = path}), 65536 / 8);
}

TEST_F(CudaPrecision, LeavesAStepOutWhoseGradientsOverflow) {
  FloatNet net;
  Trainer trainer(options(Precision::kFloat16Mixed, 1));
  std::vector<bool> has_changed;
  torch::Tensor before;
  trainer.on<event::TrainBatchStart>([&](auto const& e) {
    net.factor = e.progress.batch == 1 ? std::numeric_limits<double>::infinity() : 1;
    before = net.linear->weight.detach().clone();
  });
  trainer.on<event::TrainBatchEnd>(
      [&](auto const&) { has_changed.push_back(!net.linear->weight.equal(before)); });
  trainer.fit(net, batches(3));
  EXPECT_EQ(has_changed, (std::vector<bool>{true, false, true}));
}

}  // namespace
}  // namespace sferic::test
