#include <sferic/callbacks/byol_ma_weight_update.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "callbacks/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

class Pair : public torch::nn::Module {
 public:
  Pair() {
    to(torch::kDouble);
    torch::NoGradGuard const no_grad;
    for (auto& parameter : parameters()) parameter.copy_(torch::ones_like(parameter) / 3);
  }
  torch::Tensor training_step(Batch const& given) {
    return torch::mse_loss(online->forward(given.data), given.target);
  }
  auto configure_optimizers() { return torch::optim::SGD(online->parameters(), 0.1); }

  torch::nn::Linear online = register_module("online_network", torch::nn::Linear(3, 2));
  torch::nn::Linear target = register_module("target_network", torch::nn::Linear(3, 2));
};

double tau_by_hand(double initial, double share) {
  return 1 - (1 - initial) * (std::cos(std::numbers::pi * share) + 1) / 2;
}

/// A second target network that follows by a loop, and the taus of the callback.
struct ByHand {
  Pair& net;
  BYOLMAWeightUpdate const& callback;
  std::function<double(Progress const&)> tau;
  torch::Tensor weight = net.target->weight.detach().clone();
  torch::Tensor bias = net.target->bias.detach().clone();
  std::vector<double> taus{};

  void on(event::AfterOptimizerStep const& e) {
    taus.push_back(callback.current_tau());
    double const now = tau(e.progress);
    EXPECT_EQ(taus.back(), now);
    torch::NoGradGuard const no_grad;
    weight = weight * now + net.online->weight * (1 - now);
    bias = bias * now + net.online->bias * (1 - now);
    EXPECT_TRUE(torch::allclose(net.target->weight, weight, 1e-12, 1e-14));
    EXPECT_TRUE(torch::allclose(net.target->bias, bias, 1e-12, 1e-14));
  }
};

TEST(BYOLMAWeightUpdateTest, UpdatesWhatTwoLayersShareOnce) {
  /// A layer under two names.
  struct Shared : torch::nn::Module {
    Shared() {
      register_module("first", layer);
      register_module("second", layer);
    }
    torch::nn::Linear layer{3, 2};
  };
  struct Networks : torch::nn::Module {
    Networks() { to(torch::kDouble); }
    torch::Tensor training_step(Batch const& given) {
      return 0 * torch::mse_loss(online->layer->forward(given.data), given.target);
    }
    auto configure_optimizers() { return torch::optim::SGD(online->layer->parameters(), 0.1); }
    std::shared_ptr<Shared> online = register_module("online_network", std::make_shared<Shared>());
    std::shared_ptr<Shared> target = register_module("target_network", std::make_shared<Shared>());
  } net;
  for (auto& parameter : net.parameters()) parameter.detach().fill_(1);
  Trainer trainer({.max_epochs = 1});
  trainer.add(BYOLMAWeightUpdate({.initial_tau = 0.5}));
  trainer.fit(net, batches(4));
  EXPECT_TRUE(net.target->layer->weight.allclose(torch::ones({2, 3}, torch::kDouble)));
}

TEST(BYOLMAWeightUpdateTest, FollowsTheOnlineNetworkAsALoopByHandDoes) {
  Pair net;
  Trainer trainer({.max_epochs = 3});
  auto const& callback = trainer.add(BYOLMAWeightUpdate({.initial_tau = 0.9}));
  ByHand by_hand{net, callback, [](Progress const& progress) {
    return tau_by_hand(0.9, static_cast<double>(progress.optimizer_steps - 1) / 12);
  }};
  auto const connected = trainer.attach(by_hand);
  trainer.fit(net, batches(4));
  ASSERT_EQ(by_hand.taus.size(), 12u);
  EXPECT_DOUBLE_EQ(by_hand.taus.front(), 0.9);
  EXPECT_TRUE(std::is_sorted(by_hand.taus.begin(), by_hand.taus.end()));
  EXPECT_GT(by_hand.taus.back(), 0.99);
  EXPECT_FALSE(torch::equal(net.target->weight, net.online->weight));
  EXPECT_FALSE(net.target->weight.grad().defined());
}

TEST(BYOLMAWeightUpdateTest, UpdatesOnceForBatchesWhoseGradientsAreAccumulated) {
  Pair net;
  Trainer trainer({.max_epochs = 3, .accumulate_grad_batches = 3});
  auto const& callback = trainer.add(BYOLMAWeightUpdate({.initial_tau = 0.5}));
  ByHand by_hand{net, callback, [](Progress const& progress) {
    return tau_by_hand(0.5, static_cast<double>(progress.epoch * 4 + progress.batch) / 12);
  }};
  auto const connected = trainer.attach(by_hand);
  trainer.fit(net, batches(4));
  EXPECT_EQ(by_hand.taus.size(), 6u);
  EXPECT_GT(by_hand.taus.back(), 0.99);
}

TEST(BYOLMAWeightUpdateTest, CountsStepsWhereTheirTotalIsGiven) {
  Pair net;
  Trainer trainer({.max_steps = 6});
  auto const& callback = trainer.add(BYOLMAWeightUpdate({.initial_tau = 0.5, .total_steps = 4}));
  ByHand by_hand{net, callback, [](Progress const& progress) {
    return tau_by_hand(0.5, std::min(static_cast<double>(progress.optimizer_steps - 1) / 4, 1.0));
  }};
  auto const connected = trainer.attach(by_hand);
  trainer.fit(net, batches(2));
  ASSERT_EQ(by_hand.taus.size(), 6u);
  EXPECT_EQ(by_hand.taus.back(), 1);
}

TEST(BYOLMAWeightUpdateTest, TakesTwoModulesInPlaceOfTheirPaths) {
  Pair net;
  Trainer trainer({.max_epochs = 1});
  trainer.add(BYOLMAWeightUpdate(*net.online, *net.target, {.initial_tau = 0}));
  torch::Tensor after_the_first;
  trainer.on<event::AfterOptimizerStep>([&](auto const& e) {
    if (e.progress.optimizer_steps == 1) {
      EXPECT_TRUE(torch::equal(net.target->weight, net.online->weight));
    }
  });
  trainer.fit(net, batches(2));
}

torch::Tensor end_of_a_training(std::int64_t stopped_after) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "at.ckpt";
  struct Killed {};
  if (stopped_after > 0) {
    Pair net;
    Trainer trainer({.max_epochs = 3, .accumulate_grad_batches = 2},
                    BYOLMAWeightUpdate({.initial_tau = 0.8}));
    trainer.on<event::BatchEnd>([&](auto const& e) {
      if (e.progress.epoch * 5 + e.progress.batch + 1 == stopped_after)
        e.control.request_checkpoint(path);
    });
    trainer.on<event::CheckpointSaved>([](auto const&) { throw Killed(); });
    EXPECT_THROW(trainer.fit(net, batches(5)), Killed);
  }
  Pair net;
  Trainer trainer({.max_epochs = 3, .accumulate_grad_batches = 2},
                  BYOLMAWeightUpdate({.initial_tau = 0.8}));
  trainer.fit(net, batches(5), {.resume_from = stopped_after > 0 ? path : ""});
  return torch::cat({net.target->weight.flatten(), net.target->bias});
}

TEST(BYOLMAWeightUpdateTest, EndsAResumedTrainingAsOneThatWasNeverStopped) {
  auto const whole = end_of_a_training(0);
  for (std::int64_t const batches : {1, 2, 7, 10}) {
    EXPECT_TRUE(torch::equal(end_of_a_training(batches), whole)) << batches;
  }
}

TEST(BYOLMAWeightUpdateTest, RefusesOptionsOutOfTheirRange) {
  auto const message = [](BYOLMAWeightUpdateOptions const& options) {
    return message_of<std::invalid_argument>([&] { BYOLMAWeightUpdate{options}; });
  };
  EXPECT_EQ(message({.initial_tau = 1.5}),
            "initial_tau of BYOLMAWeightUpdate must be in [0, 1], but got 1.5");
  EXPECT_EQ(message({.initial_tau = kNaN}),
            "initial_tau of BYOLMAWeightUpdate must be in [0, 1], but got nan");
  EXPECT_EQ(message({.total_steps = 0}),
            "total_steps of BYOLMAWeightUpdate must be >= 1, but got 0");
}

template <class Module>
std::string error_of_a_fit(Module& net, BYOLMAWeightUpdate callback, TrainerOptions options) {
  Trainer trainer(std::move(options), std::move(callback));
  return message_of<std::invalid_argument>([&] { trainer.fit(net, batches(2)); });
}

TEST(BYOLMAWeightUpdateTest, NamesTheSubmodulesThatThereAre) {
  Pair net;
  EXPECT_EQ(
      error_of_a_fit(net, BYOLMAWeightUpdate({.online_network = "student"}), {.max_epochs = 1}),
      "online_network of BYOLMAWeightUpdate is `student`, which the module does not have; "
      "its submodules are: `online_network`, `target_network`");
}

TEST(BYOLMAWeightUpdateTest, RefusesNetworksThatAreNotAlike) {
  Pair net;
  torch::nn::Linear wider(3, 4);
  auto const message = [&](torch::nn::Module& target) {
    return error_of_a_fit(net, BYOLMAWeightUpdate(*net.online, target), {.max_epochs = 1});
  };
  EXPECT_NE(message(*wider).find("`weight` is of another shape in the target"), std::string::npos);
  EXPECT_NE(message(*net.online).find("`weight` is shared by both"), std::string::npos);
  EXPECT_NE(message(net).find("`weight` is missing in the target"), std::string::npos);
}

TEST(BYOLMAWeightUpdateTest, AsksForTheNumberOfStepsWhereNothingTellsIt) {
  Pair net;
  auto const without_epochs = error_of_a_fit(net, BYOLMAWeightUpdate(), {.max_steps = 2});
  EXPECT_EQ(without_epochs,
            "total_steps of BYOLMAWeightUpdate must be given, since max_epochs is not known");
  Trainer trainer({.max_epochs = 1}, BYOLMAWeightUpdate());
  auto const endless = [] { return std::optional<Batch>(batch(0)); };
  EXPECT_EQ(message_of<std::invalid_argument>([&] { trainer.fit(net, endless); }),
            "total_steps of BYOLMAWeightUpdate must be given, since the number of batches in an "
            "epoch is not known");
}

}  // namespace
}  // namespace sferic::test
