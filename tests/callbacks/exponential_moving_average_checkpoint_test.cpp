#include <sferic/callbacks/exponential_moving_average.hpp>
#include <sferic/checkpoint/checkpoint.hpp>

#include <gtest/gtest.h>

#include "averaging_support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

class AveragedCheckpoints : public testing::Test {
 protected:
  AveragedCheckpoints() : trainer_({.max_epochs = 2}) {
    average_ = &trainer_.add(ExponentialMovingAverage({.decay = 0.8}));
  }

  Numbers average() const {
    Net net;
    average_->copy_to(net);
    return numbers_of(net);
  }

  TemporaryFolder const folder_;
  fs::path const path_ = folder_.path() / "x.ckpt";
  Trainer trainer_;
  ExponentialMovingAverage* average_;
  Net net_;
};

TEST_F(AveragedCheckpoints, HaveTheAverageAsTheModulesWeights) {
  int saved = 0;
  auto const expect_average = [&](auto const&) {
    trainer_.save_checkpoint(path_);
    EXPECT_EQ(weights_in(path_), average());
    ++saved;
  };
  trainer_.on<event::TrainBatchEnd>(expect_average);
  trainer_.on<event::ValidationStart>(after(1), expect_average);
  trainer_.on<event::ValidationEnd>(after(1), expect_average);
  trainer_.on<event::TrainEnd>(expect_average);
  trainer_.fit(net_, batches(3), batches(1));
  EXPECT_EQ(saved, 6 + 2 + 2 + 1);
  trainer_.save_checkpoint(path_);
  EXPECT_EQ(weights_in(path_), average());
}

TEST_F(AveragedCheckpoints, OfWeightsOnlyHaveNothingElse) {
  std::vector<std::string> names = {"none was saved"};
  trainer_.on<event::SaveCheckpoint>([&](auto const& e) { names = e.checkpoint.names(); });
  trainer_.on<event::TrainBatchEnd>([&](auto const&) {
    trainer_.save_checkpoint(path_, {.weights_only = true});
    EXPECT_EQ(weights_in(path_), average());
    EXPECT_TRUE(names.empty());
  });
  trainer_.fit(net_, batches(3));
}

TEST_F(AveragedCheckpoints, OfAnotherModuleHaveItsOwnWeights) {
  trainer_.fit(net_, batches(3));
  Net other;
  auto const before = numbers_of(other);
  trainer_.on<event::ValidationEnd>(
      [&](auto const& e) { e.control.request_checkpoint(path_, {.weights_only = true}); });
  trainer_.validate(other, batches(1));
  EXPECT_EQ(weights_in(path_), before);
}

TEST_F(AveragedCheckpoints, HaveTheWeightsThatWereLoadedAfterAFit) {
  auto const loaded_path = folder_.path() / "loaded.ckpt";
  trainer_.on<event::TrainBatchEnd>(
      once(), [&](auto const&) { trainer_.save_checkpoint(loaded_path, {.weights_only = true}); });
  trainer_.on<event::TrainEnd>([](auto const&) { throw std::runtime_error("broken"); },
                               Order::kEarly);
  EXPECT_THROW(trainer_.fit(net_, batches(3)), std::runtime_error);
  trainer_.load_checkpoint(net_, loaded_path);
  trainer_.save_checkpoint(path_);
  EXPECT_EQ(weights_in(path_), weights_in(loaded_path));
}

TEST_F(AveragedCheckpoints, GiveAModuleTheAverageOutsideOfAFit) {
  trainer_.on<event::TrainBatchEnd>(after(4) | once(),
                                    [&](auto const&) { trainer_.save_checkpoint(path_); });
  trainer_.fit(net_, batches(3));
  Trainer other;
  auto& average = other.add(ExponentialMovingAverage());
  Net loaded;
  other.load_checkpoint(loaded, path_);
  EXPECT_EQ(numbers_of(loaded), weights_in(path_));
  EXPECT_EQ(average.updates(), 5);
}

TEST_F(AveragedCheckpoints, OfTheEndOfAFitLeaveTheAverageWhereNothingIsLeftToDo) {
  trainer_.fit(net_, batches(3));
  trainer_.save_checkpoint(path_);
  Trainer second({.max_epochs = 2});
  second.add(ExponentialMovingAverage({.decay = 0.8}));
  Net net;
  second.fit(net, batches(3), {.resume_from = path_});
  EXPECT_EQ(numbers_of(net), numbers_of(net_));
}

/// The weights that a fit of so many epochs ends with.
template <class Module>
torch::Tensor end_of(std::int64_t epochs, fs::path const& from, fs::path const& to,
                     torch::ScalarType type = torch::kDouble) {
  Trainer trainer({.max_epochs = epochs});
  auto& average = trainer.add(ExponentialMovingAverage({.decay = 0.8}));
  Module net;
  net.to(type);
  trainer.fit(net, batches(3), batches(1), {.resume_from = from});
  if (!to.empty()) trainer.save_checkpoint(to);
  Net exact;
  average.copy_to(exact);
  return torch::cat({weights_of(net).to(torch::kDouble), weights_of(exact)});
}

TEST_F(AveragedCheckpoints, OfTheEndOfAFitGoOnWithTheLiveWeights) {
  auto const whole = end_of<Net>(4, {}, {});
  end_of<Net>(2, {}, path_);
  EXPECT_TRUE(torch::equal(end_of<Net>(4, path_, {}), whole));
}

struct ShortNet : Net {
  torch::Tensor loss(Batch const& given) {
    auto const type = linear->weight.scalar_type();
    return (linear(given.data.to(type)) - given.target.to(type)).pow(2).sum();
  }
  torch::Tensor training_step(Batch const& given) { return loss(given); }
  torch::Tensor validation_step(Batch const& given) { return loss(given); }
  torch::optim::SGD configure_optimizers() { return torch::optim::SGD(parameters(), 0.01); }
};

TEST_F(AveragedCheckpoints, KeepTheFloatsThatShortFloatsAreAveragedIn) {
  auto const whole = end_of<ShortNet>(4, {}, {}, torch::kBFloat16);
  end_of<ShortNet>(2, {}, path_, torch::kBFloat16);
  EXPECT_TRUE(torch::equal(end_of<ShortNet>(4, path_, {}, torch::kBFloat16), whole));
}

TEST_F(AveragedCheckpoints, OfABrokenValidationGoOnInIt) {
  auto const run = [&](bool breaks, bool in_the_handler, fs::path const& from) {
    Trainer trainer({.max_epochs = 3});
    trainer.add(ExponentialMovingAverage({.decay = 0.8}));
    Net net;
    net.while_validating = [&](Step& step) {
      if (breaks && step.progress.epoch == 1 && step.progress.batch == 1) {
        throw std::runtime_error("cable");
      }
    };
    if (in_the_handler) {
      trainer.on<event::Exception>([&](auto const& e) { e.control.request_checkpoint(path_); });
    }
    try {
      trainer.fit(net, batches(3), batches(3), {.resume_from = from});
    } catch (std::runtime_error const&) {
      if (!in_the_handler) trainer.save_checkpoint(path_);
    }
    return numbers_of(net);
  };
  auto const whole = run(false, false, {});
  for (bool const in_the_handler : {true, false}) {
    run(true, in_the_handler, {});
    EXPECT_EQ(run(false, false, path_), whole);
  }
}

TEST_F(AveragedCheckpoints, SavedAfterAStepWithinItsBatchStillAverageIt) {
  auto const run = [&](bool stops, fs::path const& from) {
    struct Killed {};
    Trainer trainer({.max_epochs = 2});
    trainer.add(ExponentialMovingAverage({.decay = 0.8}));
    trainer.on<event::AfterOptimizerStep>(after(3) | once(), [&](auto const&) {
      if (!stops) return;
      trainer.save_checkpoint(path_);
      throw Killed();
    });
    Net net;
    try {
      trainer.fit(net, batches(3), {.resume_from = from});
    } catch (Killed const&) {
    }
    return numbers_of(net);
  };
  auto const whole = run(false, {});
  run(true, {});
  EXPECT_EQ(run(false, path_), whole);
}

TEST_F(AveragedCheckpoints, AreWrittenInTheBackgroundAsTheyWere) {
  Numbers then;
  trainer_.on<event::TrainBatchEnd>(after(2) | once(), [&](auto const&) {
    then = average();
    trainer_.save_checkpoint(path_, {.asynchronous = true});
  });
  trainer_.fit(net_, batches(3), batches(1));
  EXPECT_EQ(weights_in(path_), then);
}

}  // namespace
}  // namespace sferic::test
