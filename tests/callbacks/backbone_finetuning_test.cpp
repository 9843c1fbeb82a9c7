#include <sferic/callbacks/backbone_finetuning.hpp>

#include <sferic/optim/finetuning.hpp>

#include <gtest/gtest.h>

#include "../trainer/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

using FinetuningOptions = BackboneFinetuningOptions;

/// A backbone and a head, of which the optimizer is given all, or what requires gradients.
class Model : public torch::nn::Module {
 public:
  Model() {
    torch::manual_seed(1);
    linear->reset_parameters();
    head->reset_parameters();
    backbone->push_back("linear", linear);
    backbone->push_back("norm", norm);
    register_module("backbone", backbone);
    to(torch::kDouble);
  }

  torch::Tensor training_step(Batch const& given) {
    return torch::mse_loss(head(torch::tanh(norm(linear(given.data)))), given.target);
  }
  torch::Tensor validation_step(Batch const& given) { return training_step(given); }

  torch::optim::SGD configure_optimizers() {
    auto given = parameters();
    if (filters) std::erase_if(given, [](auto const& each) { return !each.requires_grad(); });
    return torch::optim::SGD(given, torch::optim::SGDOptions(0.1).momentum(0.9).weight_decay(0.01));
  }

  bool filters = false;
  torch::nn::Sequential backbone;
  torch::nn::Linear linear = torch::nn::Linear(3, 4);
  torch::nn::BatchNorm1d norm = torch::nn::BatchNorm1d(4);
  torch::nn::Linear head = register_module("head", torch::nn::Linear(4, 2));
};

/// Learning rates by group in each epoch, and what the backbone was at the end of it.
struct Watch {
  std::vector<std::vector<double>> rates;
  std::vector<torch::Tensor> weights;

  void on(event::TrainEpochStart const&) { rates.emplace_back(); }
  void on(event::AfterOptimizerStep const& e) {
    rates.back().clear();
    for (auto& group : e.optimizer.param_groups()) {
      rates.back().push_back(group.options().get_lr());
    }
  }
  void on(event::TrainEpochEnd const& e) {
    weights.push_back(dynamic_cast<Model&>(e.module).linear->weight.detach().clone());
  }
};

Watch fine_tune(FinetuningOptions options, Model& net, std::int64_t max_epochs) {
  Watch watch;
  Trainer trainer({.max_epochs = max_epochs});
  trainer.add(BackboneFinetuning(std::move(options)));
  auto const connected = trainer.attach(watch);
  trainer.fit(net, batches(3), batches(1));
  return watch;
}

TEST(BackboneFinetuningTest, FreezesTheBackboneToTheBitUntilItsEpoch) {
  for (bool const filters : {false, true}) {
    Model net;
    net.filters = filters;
    auto const before = net.linear->weight.detach().clone();
    auto const watch = fine_tune({.unfreeze_backbone_at_epoch = 2}, net, 4);
    EXPECT_TRUE(torch::equal(watch.weights[1], before));
    EXPECT_FALSE(torch::equal(watch.weights[2], before));
    EXPECT_FALSE(torch::equal(watch.weights[3], watch.weights[2]));
  }
}

void expect_rates(FinetuningOptions options, std::vector<std::vector<double>> const& expected) {
  Model net;
  auto const watch = fine_tune(std::move(options), net, static_cast<std::int64_t>(expected.size()));
  ASSERT_EQ(watch.rates.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(watch.rates[i].size(), expected[i].size()) << "epoch " << i;
    for (std::size_t k = 0; k < expected[i].size(); ++k) {
      EXPECT_NEAR(watch.rates[i][k], expected[i][k], 1e-15) << "epoch " << i;
    }
  }
}

TEST(BackboneFinetuningTest, RaisesItsLearningRateToThatOfTheOthers) {
  expect_rates(
      {.unfreeze_backbone_at_epoch = 2},
      {{0.1}, {0.1}, {0.1, 0.01}, {0.1, 0.02}, {0.1, 0.04}, {0.1, 0.08}, {0.1, 0.1}, {0.1, 0.1}});
}

TEST(BackboneFinetuningTest, RaisesItsLearningRateAsItIsTold) {
  expect_rates({.unfreeze_backbone_at_epoch = 1,
                .lambda_func = [](auto epoch) { return static_cast<double>(epoch); },
                .backbone_initial_lr = 0.02,
                .should_align = false},
               {{0.1}, {0.1, 0.02}, {0.1, 0.06}, {0.1, 0.24}});
  expect_rates({.unfreeze_backbone_at_epoch = 0, .backbone_initial_ratio_lr = 0.5},
               {{0.1, 0.05}, {0.1, 0.1}});
}

TEST(BackboneFinetuningTest, KeepsItsLearningRateFromASchedulerOfSteps) {
  struct Scheduled : Model {
    Optimizers configure_optimizers() {
      Optimizers optimizers;
      auto& sgd = optimizers.add(Model::configure_optimizers());
      optimizers.schedule(sgd, torch::optim::StepLR(sgd, 1, 0.5), {.interval = Interval::kStep});
      return optimizers;
    }
  } net;
  Trainer trainer({.max_epochs = 1});
  trainer.add(BackboneFinetuning({.unfreeze_backbone_at_epoch = 0, .backbone_initial_lr = 0.01}));
  std::vector<double> rates;
  trainer.on<event::BeforeOptimizerStep>([&](auto const& e) {
    for (auto& group : e.optimizer.param_groups()) rates.push_back(group.options().get_lr());
  });
  trainer.fit(net, batches(3));
  EXPECT_EQ(rates, (std::vector<double>{0.1, 0.01, 0.05, 0.01, 0.025, 0.01}));
}

TEST(BackboneFinetuningTest, TrainsBatchNormFromTheBeginning) {
  Model net;
  auto const weight = net.norm->weight.detach().clone();
  auto const mean = net.norm->running_mean.clone();
  fine_tune({.unfreeze_backbone_at_epoch = 9}, net, 1);
  EXPECT_FALSE(torch::equal(net.norm->weight, weight));
  EXPECT_FALSE(torch::equal(net.norm->running_mean, mean));
}

TEST(BackboneFinetuningTest, LeavesBatchNormAsItIsIfAskedTo) {
  Model net;
  auto const weight = net.norm->weight.detach().clone();
  auto const mean = net.norm->running_mean.clone();
  auto const watch = fine_tune({.unfreeze_backbone_at_epoch = 1, .train_bn = false}, net, 3);
  EXPECT_FALSE(torch::equal(watch.weights[2], watch.weights[0]));
  EXPECT_TRUE(torch::equal(net.norm->weight, weight));
  EXPECT_TRUE(torch::equal(net.norm->running_mean, mean));
}

TEST(BackboneFinetuningTest, FindsABackboneWithinAnother) {
  Model net;
  auto const watch =
      fine_tune({.backbone = "backbone.linear", .unfreeze_backbone_at_epoch = 1}, net, 2);
  EXPECT_EQ(watch.rates, (std::vector<std::vector<double>>{{0.1}, {0.1, 0.1 * 0.1}}));
}

TEST(BackboneFinetuningTest, NamesTheSubmodulesIfThereIsNoBackbone) {
  Model net;
  EXPECT_EQ(message_of<std::invalid_argument>([&] { fine_tune({.backbone = "encoder"}, net, 1); }),
            "BackboneFinetuning finds no submodule `encoder`; the submodules are: `head`, "
            "`backbone`");
}

TEST(BackboneFinetuningTest, BeginsAnewInASecondFit) {
  Trainer trainer({.max_epochs = 2});
  auto& finetuning = trainer.add(BackboneFinetuning({.unfreeze_backbone_at_epoch = 1}));
  Model net;
  trainer.fit(net, batches(3));
  EXPECT_TRUE(finetuning.is_unfrozen());
  auto const before = net.linear->weight.detach().clone();
  trainer.on<event::TrainEpochEnd>(once(), [&](auto const&) {
    EXPECT_FALSE(finetuning.is_unfrozen());
    EXPECT_TRUE(torch::equal(net.linear->weight, before));
  });
  trainer.fit(net, batches(3));
}

TEST(BackboneFinetuningTest, FreezesWhatACheckpointWithoutItHasTrained) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "x.ckpt";
  Model first;
  Trainer without({.max_epochs = 1});
  without.fit(first, batches(3));
  without.save_checkpoint(path);
  Model net;
  Trainer trainer({.max_epochs = 4});
  trainer.add(BackboneFinetuning({.unfreeze_backbone_at_epoch = 2}));
  Watch watch;
  auto const connected = trainer.attach(watch);
  trainer.fit(net, batches(3), {.resume_from = path});
  EXPECT_TRUE(torch::equal(watch.weights[0], first.linear->weight));
  EXPECT_FALSE(torch::equal(watch.weights[1], first.linear->weight));
  EXPECT_EQ(watch.rates.back().size(), 2U);
}

/// Adds a group in the middle of the training, as a user may.
TEST(BackboneFinetuningTest, AGroupThatAHandlerAddsIsInCheckpointsToo) {
  struct HeadFirst : Model {
    torch::optim::SGD configure_optimizers() {
      return torch::optim::SGD(head->parameters(), torch::optim::SGDOptions(0.1).momentum(0.9));
    }
  };
  TemporaryFolder const folder;
  auto const path = folder.path() / "x.ckpt";
  auto const run = [&](std::filesystem::path const& from) {
    HeadFirst net;
    Trainer trainer({.max_epochs = 3});
    trainer.on<event::BeforeOptimizerStep>([&](auto const& e) {
      if (e.progress.optimizer_steps == 2) {
        add_param_group(e.optimizer, *net.backbone, {.lr = 0.05});
      }
    });
    trainer.on<event::TrainEpochEnd>(once(), [&](auto const& e) {
      if (from.empty()) e.control.request_checkpoint(path);
    });
    trainer.fit(net, batches(3), {.resume_from = from});
    return net.linear->weight.detach().clone();
  };
  auto const whole = run({});
  EXPECT_TRUE(torch::equal(run(path), whole));
}

TEST(BackboneFinetuningTest, RefusesOptionsOutOfTheirRange) {
  auto const message = [](FinetuningOptions options) {
    return message_of<std::invalid_argument>(
        [&] { BackboneFinetuning finetuning(std::move(options)); });
  };
  EXPECT_EQ(message({.backbone = ""}),
            "backbone of BackboneFinetuning must be the path of a submodule, but got none");
  EXPECT_EQ(message({.unfreeze_backbone_at_epoch = -1}),
            "unfreeze_backbone_at_epoch of BackboneFinetuning must be >= 0, but got -1");
  EXPECT_EQ(message({.lambda_func = {}}),
            "lambda_func of BackboneFinetuning must be a function, but got none");
  EXPECT_EQ(message({.backbone_initial_ratio_lr = -0.5}),
            "backbone_initial_ratio_lr of BackboneFinetuning must be >= 0, but got -0.5");
  EXPECT_EQ(message({.backbone_initial_lr = -2}),
            "backbone_initial_lr of BackboneFinetuning must be >= 0, but got -2");
  Model net;
  EXPECT_EQ(message_of<std::invalid_argument>([&] { fine_tune({.optimizer = 1}, net, 1); }),
            "optimizer of BackboneFinetuning must be below the number of optimizers, 1, but got 1");
}

}  // namespace
}  // namespace sferic::test
