#include <sferic/callbacks/exponential_moving_average.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "averaging_support.hpp"

namespace sferic::test {
namespace {

using AverageOptions = ExponentialMovingAverageOptions;

/// The average that a loop makes, of the steps of these numbers, with a decay by update.
template <class Decay>
Numbers average_of(std::vector<Numbers> const& steps, std::vector<std::size_t> const& which,
                   Decay decay) {
  Numbers average = steps.at(which.at(0));
  for (std::size_t n = 1; n < which.size(); ++n) {
    for (std::size_t i = 0; i < average.size(); ++i) {
      average[i] = decay(n) * average[i] + (1 - decay(n)) * steps.at(which[n])[i];
    }
  }
  return average;
}

/// Fits 3 epochs of 4 batches each, and returns the weights after each step of the same fit without
/// averages, and what this one ended with.
std::tuple<std::vector<Numbers>, Numbers, std::int64_t> averages_of(AverageOptions options,
                                                                    std::int64_t accumulate = 1) {
  TrainerOptions const fit_options{.max_epochs = 3, .accumulate_grad_batches = accumulate};
  Course course;
  {
    Trainer trainer(fit_options);
    auto const connected = trainer.attach(course);
    Net net;
    trainer.fit(net, batches(4), batches(2));
  }
  Trainer trainer(fit_options);
  auto& average = trainer.add(ExponentialMovingAverage(std::move(options)));
  Net net;
  trainer.fit(net, batches(4), batches(2));
  return {course.steps, numbers_of(net), average.updates()};
}

auto constant(double decay) {
  return [decay](std::size_t) { return decay; };
}

TEST(ExponentialMovingAverageTest, IsWhatAHandWrittenLoopMakes) {
  auto const [steps, end, updates] = averages_of({.decay = 0.8});
  EXPECT_EQ(updates, 12);
  expect_near(end, average_of(steps, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, constant(0.8)));
}

TEST(ExponentialMovingAverageTest, CountsAWindowOfAccumulationOnce) {
  auto const [steps, end, updates] = averages_of({.decay = 0.8}, /*accumulate=*/3);
  EXPECT_EQ(updates, 6);
  expect_near(end, average_of(steps, {0, 1, 2, 3, 4, 5}, constant(0.8)));
}

TEST(ExponentialMovingAverageTest, IsUpdatedWithEverySoManyStepsFromAStepOn) {
  auto const [steps, end, updates] =
      averages_of({.decay = 0.8, .update_every_n_steps = 3, .update_starting_at_step = 2});
  EXPECT_EQ(updates, 3);
  expect_near(end, average_of(steps, {3, 6, 9}, constant(0.8)));
}

TEST(ExponentialMovingAverageTest, CountsTheStepsBeforeAFitThatGoesOn) {
  Trainer trainer({.max_epochs = 2});
  auto& average = trainer.add(ExponentialMovingAverage({.update_starting_at_step = 3}));
  Net net;
  trainer.on<event::TrainEpochEnd>(once(), [](auto const& e) { e.control.stop("enough"); });
  trainer.fit(net, batches(2));
  EXPECT_EQ(average.updates(), 0);
  trainer.fit(net, batches(2), {.go_on = true});  // the steps 2 and 3
  EXPECT_EQ(average.updates(), 1);
}

TEST(ExponentialMovingAverageTest, BeginsInTheEpochThatIsGiven) {
  auto const [steps, end, updates] = averages_of({.decay = 0.8, .update_starting_at_epoch = 2});
  EXPECT_EQ(updates, 4);
  expect_near(end, average_of(steps, {8, 9, 10, 11}, constant(0.8)));
}

TEST(ExponentialMovingAverageTest, LeavesTheModuleAloneIfItNeverBegins) {
  auto const [steps, end, updates] = averages_of({.update_starting_at_step = 12});
  EXPECT_EQ(updates, 0);
  EXPECT_EQ(end, steps.back());
}

TEST(ExponentialMovingAverageTest, WarmsUpWithASmallerDecay) {
  auto const [steps, end, updates] = averages_of({.decay = 0.4, .warm_up = true});
  expect_near(end, average_of(steps, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, [](auto n) {
    auto const count = static_cast<double>(n);
    return std::min(0.4, (1 + count) / (10 + count));
  }));
}

TEST(ExponentialMovingAverageTest, LeavesTheModuleItsOwnWeightsIfAskedTo) {
  auto const [steps, end, updates] = averages_of({.decay = 0.8, .copy_at_end = false});
  EXPECT_EQ(end, steps.back());
}

TEST(ExponentialMovingAverageTest, IsCopiedToAnyModuleOfTheSameWeights) {
  Trainer trainer({.max_epochs = 1});
  auto& average = trainer.add(ExponentialMovingAverage());
  Net net, teacher;
  EXPECT_EQ(message_of<std::invalid_argument>([&] { average.copy_to(teacher); }),
            "there is no average yet");
  trainer.fit(net, batches(4));
  average.copy_to(teacher);
  EXPECT_EQ(numbers_of(teacher), numbers_of(net));
  torch::nn::Linear other(1, 1);
  EXPECT_EQ(message_of<std::invalid_argument>([&] { average.copy_to(*other); }),
            "the module has no weight `linear.weight` like the averaged one");
}

TEST(ExponentialMovingAverageTest, IsWhatTheModuleHasInEachValidation) {
  Course course;
  Trainer trainer({.max_epochs = 2, .val_check_interval = 0.5});
  trainer.add(ExponentialMovingAverage({.decay = 0.8}));
  auto const connected = trainer.attach(course);
  Net net;
  auto const expect_average = [&](auto const& e) {
    if (e.progress.stage == Stage::kSanityCheck) return;
    std::vector<std::size_t> all(course.steps.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    expect_near(numbers_of(net), average_of(course.steps, all, constant(0.8)));
  };
  int seen = 0;
  trainer.on<event::ValidationStart>(expect_average);
  trainer.on<event::ValidationEpochEnd>(expect_average);
  net.while_validating = [&](Step& step) {
    expect_average(step);
    ++seen;
  };
  auto const expect_live = [&](auto const& e) {
    if (e.progress.stage == Stage::kSanityCheck) return;
    EXPECT_EQ(numbers_of(net), course.steps.back());
  };
  trainer.on<event::ValidationEnd>(expect_live);
  trainer.on<event::TrainEpochEnd>(expect_live);
  trainer.fit(net, batches(4), batches(1));
  EXPECT_EQ(seen, 1 + 4);
}

TEST(ExponentialMovingAverageTest, DoesNotChangeTheTraining) {
  auto const losses = [](bool averages) {
    Course course;
    Trainer trainer({.max_epochs = 2, .val_check_interval = 0.5});
    if (averages) trainer.add(ExponentialMovingAverage());
    auto const connected = trainer.attach(course);
    Net net;
    trainer.fit(net, batches(4), batches(1));
    return course.steps;
  };
  EXPECT_EQ(losses(true), losses(false));
}

TEST(ExponentialMovingAverageTest, GivesTheWeightsBackAfterAnErrorInAValidation) {
  Course course;
  Trainer trainer({.max_epochs = 2});
  trainer.add(ExponentialMovingAverage({.decay = 0.8}));
  auto const connected = trainer.attach(course);
  Net net;
  net.while_validating = [](Step& step) {
    if (step.progress.epoch == 1) throw std::runtime_error("cable");
  };
  EXPECT_THROW(trainer.fit(net, batches(4), batches(1)), std::runtime_error);
  EXPECT_EQ(course.steps.size(), 8U);
  EXPECT_EQ(numbers_of(net), course.steps.back());
}

TEST(ExponentialMovingAverageTest, StaysOutOfOtherTasks) {
  Trainer trainer({.max_epochs = 1});
  trainer.add(ExponentialMovingAverage({.copy_at_end = false}));
  Net net;
  trainer.fit(net, batches(4));
  auto const after = numbers_of(net);
  net.while_validating = [&](Step&) { EXPECT_EQ(numbers_of(net), after); };
  trainer.validate(net, batches(1));
  EXPECT_EQ(numbers_of(net), after);
}

TEST(ExponentialMovingAverageTest, BeginsAnewInASecondFit) {
  Trainer trainer({.max_epochs = 1});
  auto& average = trainer.add(ExponentialMovingAverage());
  Net first, second;
  trainer.fit(first, batches(4));
  trainer.fit(second, batches(4));
  EXPECT_EQ(average.updates(), 4);
  EXPECT_EQ(numbers_of(second), numbers_of(first));
}

/// Steps two optimizers in each batch but the third.
struct TwoOptimizers : Net {
  void training_step(Batch const& given, ManualStep& step) {
    if (step.progress.batch == 2) return;
    for (std::size_t i = 0; i < 2; ++i) {
      step.optimizer(i).zero_grad();
      step.backward(loss(given));
      step.step(step.optimizer(i));
    }
  }
  Optimizers configure_optimizers() {
    Optimizers optimizers;
    optimizers.add(torch::optim::SGD({linear->weight}, 0.1));
    optimizers.add(torch::optim::SGD({linear->bias}, 0.1));
    return optimizers;
  }
};

TEST(ExponentialMovingAverageTest, IsUpdatedOnceForAllOptimizersThatStepInABatch) {
  Trainer trainer({.max_epochs = 1});
  auto& average = trainer.add(ExponentialMovingAverage());
  TwoOptimizers net;
  trainer.fit(net, batches(4));
  EXPECT_EQ(trainer.progress().optimizer_steps, 6);
  EXPECT_EQ(average.updates(), 3);
}

struct Normed : Net {
  Normed() { norm->to(torch::kDouble); }
  torch::nn::BatchNorm1d norm = register_module("norm", torch::nn::BatchNorm1d(3));
  torch::Tensor training_step(Batch const& given) {
    return torch::mse_loss(linear(norm(given.data)), given.target);
  }
  torch::optim::SGD configure_optimizers() { return torch::optim::SGD(parameters(), 0.1); }
};

TEST(ExponentialMovingAverageTest, AveragesBuffersOrLeavesThemToTheModule) {
  auto const run = [](bool use_buffers) {
    Trainer trainer({.max_epochs = 1});
    trainer.add(ExponentialMovingAverage({.decay = 0.5, .use_buffers = use_buffers}));
    std::vector<torch::Tensor> means;
    trainer.on<event::TrainBatchEnd>([&](auto const& e) {
      means.push_back(e.module.named_buffers()["norm.running_mean"].clone());
    });
    Normed net;
    trainer.fit(net, batches(3));
    auto const averaged = (means.at(0) / 2 + means.at(1) / 2) / 2 + means.at(2) / 2;
    EXPECT_EQ(torch::allclose(net.norm->running_mean, averaged, 1e-6, 1e-8), use_buffers);
    EXPECT_EQ(torch::equal(net.norm->running_mean, means.at(2)), !use_buffers);
    EXPECT_EQ(net.norm->num_batches_tracked.item<std::int64_t>(), 3);
  };
  run(true);
  run(false);
}

/// Whose gradients are zero, so that a handler alone changes its weights.
struct Idle : Net {
  torch::Tensor training_step(Batch const&) { return linear->weight.sum() * 0; }
  torch::optim::SGD configure_optimizers() { return torch::optim::SGD(parameters(), 0.1); }
};

TEST(ExponentialMovingAverageTest, AveragesShortFloatsAsFloats) {
  for (auto const type : {torch::kBFloat16, torch::kHalf}) {
    Trainer trainer({.max_epochs = 1});
    auto& average = trainer.add(ExponentialMovingAverage({.decay = 0.999}));
    trainer.on<event::AfterOptimizerStep>([](auto const& e) {
      torch::NoGradGuard const no_grad;
      e.module.parameters().at(0).fill_(e.progress.batch == 0 ? 1 : 2);
    });
    Idle net;
    net.to(type);
    trainer.fit(net, batches(201));
    double expected = 1;
    for (int i = 0; i < 200; ++i) expected = 0.999 * expected + 0.001 * 2;
    Net exact;
    average.copy_to(exact);
    EXPECT_NEAR(exact.linear->weight[0][0].item<double>(), expected, 1e-5);
    EXPECT_EQ(net.linear->weight.scalar_type(), type);
    EXPECT_NEAR(net.linear->weight[0][0].item<double>(), expected, 0.01);
  }
}

TEST(ExponentialMovingAverageTest, KeepsWhatNeverChangesToTheBit) {
  Net net;
  {
    torch::NoGradGuard const no_grad;
    net.linear->bias.copy_(torch::tensor({0.1, 1.0 / 3}));
  }
  net.linear->bias.requires_grad_(false);
  auto const before = net.linear->bias.clone();
  Trainer trainer({.max_epochs = 10});
  trainer.add(ExponentialMovingAverage({.decay = 0.7}));
  trainer.fit(net, batches(4));
  EXPECT_TRUE(torch::equal(net.linear->bias, before));
}

struct Tied : Net {
  Tied() { register_parameter("again", linear->weight); }
};

TEST(ExponentialMovingAverageTest, GivesWeightsBackThatHaveTwoNames) {
  Course course;
  Trainer trainer({.max_epochs = 2});
  trainer.add(ExponentialMovingAverage({.decay = 0.8, .copy_at_end = false}));
  auto const connected = trainer.attach(course);
  Tied net;
  trainer.fit(net, batches(4), batches(1));
  EXPECT_EQ(numbers_of(net), course.steps.back());
}

TEST(ExponentialMovingAverageTest, RefusesThatWeightsAreChangedInAValidation) {
  Trainer trainer({.max_epochs = 1, .num_sanity_val_steps = 0});
  trainer.add(ExponentialMovingAverage());
  Net net;
  net.while_validating = [&](Step&) { net.linear->weight.fill_(0); };
  auto const message =
      message_of<std::runtime_error>([&] { trainer.fit(net, batches(2), batches(1)); });
  EXPECT_NE(message.find("average of ExponentialMovingAverage"), std::string::npos) << message;
}

TEST(ExponentialMovingAverageTest, RefusesOptionsOutOfTheirRange) {
  auto const message = [](AverageOptions options) {
    return message_of<std::invalid_argument>(
        [&] { ExponentialMovingAverage average(std::move(options)); });
  };
  EXPECT_EQ(message({.decay = 1}),
            "decay of ExponentialMovingAverage must be >= 0 and < 1, but got 1");
  EXPECT_EQ(message({.decay = -0.1}),
            "decay of ExponentialMovingAverage must be >= 0 and < 1, but got -0.1");
  EXPECT_EQ(message({.update_every_n_steps = 0}),
            "update_every_n_steps of ExponentialMovingAverage must be >= 1, but got 0");
  EXPECT_EQ(message({.update_starting_at_step = -1}),
            "update_starting_at_step of ExponentialMovingAverage must be >= 0, but got -1");
  EXPECT_EQ(message({.update_starting_at_epoch = -2}),
            "update_starting_at_epoch of ExponentialMovingAverage must be >= 0, but got -2");
  EXPECT_EQ(message({.device = "abacus"}),
            "device of ExponentialMovingAverage must be one of LibTorch's, but got \"abacus\"");
}

}  // namespace
}  // namespace sferic::test
