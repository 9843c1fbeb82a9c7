#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <type_traits>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

torch::optim::SGDOptions sgd() {
  return torch::optim::SGDOptions(0.05).momentum(0.9).weight_decay(0.01);
}
torch::optim::AdamOptions adam() { return torch::optim::AdamOptions(0.02); }

/// Trains without sferic.
template <class Optimizer>
torch::Tensor weights_by_hand(Optimizer optimizer, Net& net, int epochs) {
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (auto const& each : batches(5)) {
      auto const loss = net.loss(each);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
    }
  }
  return weights_of(net);
}

template <class Module>
torch::Tensor weights_by_sferic(Module& net, int epochs) {
  Trainer trainer({.max_epochs = epochs, .device = "cpu"});
  auto train = batches(5);
  auto validation = batches(2);
  trainer.fit(net, train, validation);
  return weights_of(net);
}

TEST(FitWeights, EqualThoseOfAHandwrittenLoopWithMomentum) {
  struct SgdNet : Net {
    torch::optim::SGD configure_optimizers() { return torch::optim::SGD(parameters(), sgd()); }
  };
  Net by_hand;
  SgdNet by_sferic;
  auto const expected = weights_by_hand(torch::optim::SGD(by_hand.parameters(), sgd()), by_hand, 3);
  EXPECT_TRUE(weights_by_sferic(by_sferic, 3).equal(expected));
  EXPECT_FALSE(expected.equal(weights_of(Net())));
}

TEST(FitWeights, EqualThoseOfAHandwrittenLoopWithAdam) {
  struct AdamNet : Net {
    std::unique_ptr<torch::optim::Optimizer> configure_optimizers() {
      return std::make_unique<torch::optim::Adam>(parameters(), adam());
    }
  };
  Net by_hand;
  AdamNet by_sferic;
  auto const expected =
      weights_by_hand(torch::optim::Adam(by_hand.parameters(), adam()), by_hand, 3);
  EXPECT_TRUE(weights_by_sferic(by_sferic, 3).equal(expected));
}

template <class Result>
struct NetThatReturns : Net {
  Result configure_optimizers() {
    if constexpr (std::is_base_of_v<torch::optim::Optimizer, Result>) {
      return Result(parameters(), sgd());
    } else {
      return Result(new torch::optim::SGD(parameters(), sgd()));
    }
  }
};

template <class Result>
class ConfigureOptimizers : public testing::Test {};
using Results =
    testing::Types<torch::optim::SGD, std::unique_ptr<torch::optim::SGD>,
                   std::unique_ptr<torch::optim::Optimizer>, std::shared_ptr<torch::optim::SGD>,
                   std::shared_ptr<torch::optim::Optimizer>>;
TYPED_TEST_SUITE(ConfigureOptimizers, Results);

TYPED_TEST(ConfigureOptimizers, MayReturnAnOptimizerOrASmartPointerToOne) {
  Net by_hand;
  NetThatReturns<TypeParam> by_sferic;
  auto const expected = weights_by_hand(torch::optim::SGD(by_hand.parameters(), sgd()), by_hand, 1);
  EXPECT_TRUE(weights_by_sferic(by_sferic, 1).equal(expected));
}

TEST(ConfigureOptimizers, SharesAnOptimizerThatTheModuleKeeps) {
  struct KeepingNet : Net {
    std::shared_ptr<torch::optim::SGD> configure_optimizers() { return optimizer; }
    std::shared_ptr<torch::optim::SGD> optimizer =
        std::make_shared<torch::optim::SGD>(parameters(), sgd());
  };
  KeepingNet net;
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  trainer.on<event::BeforeOptimizerStep>(
      [&](auto const& e) { EXPECT_EQ(&e.optimizer, net.optimizer.get()); });
  auto train = batches(1);
  trainer.fit(net, train);
  EXPECT_EQ(net.optimizer->state().size(), 2u);
}

TEST(ConfigureOptimizers, MayNotReturnANullPointer) {
  struct NullNet : Net {
    std::shared_ptr<torch::optim::SGD> configure_optimizers() { return nullptr; }
  };
  NullNet net;
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  auto train = batches(1);
  auto const message = message_of<std::invalid_argument>([&] { trainer.fit(net, train); });
  EXPECT_NE(message.find("configure_optimizers"), message.npos) << message;
}

struct DropoutNet : Net {
  torch::Tensor training_step(Batch const& given) {
    return loss({torch::dropout(given.data, 0.5, true), given.target});
  }
};

torch::Tensor weights_with_seed(std::uint64_t seed, std::uint64_t before) {
  torch::manual_seed(before);
  Trainer trainer({.max_epochs = 2, .device = "cpu", .seed = seed});
  DropoutNet net;
  auto train = batches(3);
  trainer.fit(net, train);
  return weights_of(net);
}

TEST(FitSeed, MakesRunsEqualWhateverWasDrawnBefore) {
  EXPECT_TRUE(weights_with_seed(7, 1).equal(weights_with_seed(7, 2)));
  EXPECT_FALSE(weights_with_seed(7, 1).equal(weights_with_seed(8, 1)));
}

}  // namespace
}  // namespace sferic::test
