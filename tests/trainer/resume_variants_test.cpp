#include <gtest/gtest.h>

#include <optional>

#include "support/temporary_folder.hpp"
#include "trainer/resume_support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

void expect_same_tensors(Outcome const& resumed, Outcome const& whole) {
  ASSERT_EQ(resumed.tensors.size(), whole.tensors.size());
  for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
    EXPECT_TRUE(torch::equal(resumed.tensors[i], whole.tensors[i])) << "tensor " << i;
  }
}

class ResumedWith : public testing::TestWithParam<Dropping::Optimizer> {};

TEST_P(ResumedWith, AnyOptimizerATrainingEndsAsTheOneThatWasNeverStopped) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "x.ckpt";
  Session whole({}, GetParam());
  whole.fit();
  auto const expected = whole.outcome();
  Session saving({}, GetParam());
  saving.trainer.on<event::TrainBatchEnd>(
      after(9) | once(), [&](auto const& e) { e.control.request_checkpoint(path); });
  saving.fit();
  expect_same_tensors(saving.outcome(), expected);  // saving changes nothing
  Session resumed({}, GetParam());
  resumed.fit(path);
  expect_same_tensors(resumed.outcome(), expected);
}

INSTANTIATE_TEST_SUITE_P(Optimizers, ResumedWith,
                         testing::Values(Dropping::Optimizer::kSGD, Dropping::Optimizer::kAdam,
                                         Dropping::Optimizer::kAdamW, Dropping::Optimizer::kAdagrad,
                                         Dropping::Optimizer::kRMSprop));

class ResumedAfter : public testing::Test {
 protected:
  ResumedAfter() {
    Session session;
    session.fit();
    whole_ = session.outcome();
  }

  Outcome whole_;

  TemporaryFolder const folder_;
  fs::path const path_ = folder_.path() / "x.ckpt";
};

TEST_F(ResumedAfter, MaxStepsWithinAnEpochGoesOnWithItsNextBatch) {
  for (std::int64_t const steps : {1, 2, 3, 4, 8}) {
    Session first({.max_steps = steps});
    first.fit();
    EXPECT_EQ(first.trainer.progress().optimizer_steps, steps);
    first.trainer.save_checkpoint(path_);
    Session second;
    second.fit(path_);
    auto const resumed = second.outcome();
    expect_same_tensors(resumed, whole_);
    EXPECT_EQ(resumed.values.at("loss_epoch"), whole_.values.at("loss_epoch"));
  }
}

TEST_F(ResumedAfter, AStopFromOutsideTheTrainingGoesOn) {
  Session first;
  first.trainer.on<event::TrainBatchEnd>(
      after(7) | once(), [&](auto const&) { first.trainer.stop("need the machine"); });
  first.trainer.on<event::TrainEnd>([&](auto const& e) { e.control.request_checkpoint(path_); });
  first.fit();
  EXPECT_LT(first.trainer.progress().optimizer_steps, 9);
  Session second;
  second.fit(path_);
  EXPECT_EQ(second.trainer.progress().optimizer_steps, 9);
}

TEST_F(ResumedAfter, AStopByACallbackStaysStopped) {
  Session first;
  first.trainer.on<event::TrainEpochEnd>(
      once(), [&](auto const& e) { e.control.stop("good enough"); }, Order::kEarly);
  first.trainer.on<event::TrainEpochEnd>(
      once(), [&](auto const& e) { e.control.request_checkpoint(path_); });
  first.fit();
  auto const steps = first.trainer.progress().optimizer_steps;
  Session second;
  second.fit(path_);
  EXPECT_EQ(second.trainer.progress().optimizer_steps, steps);
  EXPECT_EQ(second.trainer.progress().epochs_done, 1);
}

TEST_F(ResumedAfter, TheEndOfAFitMakesTheEpochsThatAreMissing) {
  Session first({.max_epochs = 1});
  first.fit();
  first.trainer.save_checkpoint(path_);
  Session second;
  second.fit(path_);
  expect_same_tensors(second.outcome(), whole_);
}

TEST_F(ResumedAfter, AnExceptionGoesOnFromTheBatchBefore) {
  Session first;
  first.trainer.on<event::TrainBatchStart>(after(10) | once(),
                                           [](auto const&) { throw std::runtime_error("cable"); });
  first.trainer.on<event::Exception>([&](auto const& e) { e.control.request_checkpoint(path_); });
  EXPECT_THROW(first.fit(), std::runtime_error);
  Session second;
  second.fit(path_);
  expect_same_tensors(second.outcome(), whole_);
}

TEST_F(ResumedAfter, AnExceptionInTheLastBatchOfAnEpochGoesOnWithIt) {
  Session first;
  first.trainer.on<event::TrainBatchStart>([](auto const& e) {
    if (e.progress.epoch == 1 && e.progress.batch + 1 == e.progress.batches) {
      throw std::runtime_error("cable");
    }
  });
  first.trainer.on<event::Exception>([&](auto const& e) { e.control.request_checkpoint(path_); });
  EXPECT_THROW(first.fit(), std::runtime_error);
  Session second;
  second.fit(path_);
  expect_same_tensors(second.outcome(), whole_);
}

TEST_F(ResumedAfter, RepeatedInterruptionsEndAsNone) {
  std::optional<fs::path> from;
  std::int64_t last = -1;
  for (int run = 0; run < 40; ++run) {
    Session session;
    std::int64_t batches = 0;
    session.trainer.on<event::BatchEnd>([&](auto const& e) {
      if (++batches > 2) throw std::runtime_error("cable");
      e.control.request_checkpoint(path_);
    });
    try {
      session.fit(from.value_or(fs::path()));
      expect_same_tensors(session.outcome(), whole_);
      return;
    } catch (std::runtime_error const&) {
      EXPECT_GT(session.trainer.progress().optimizer_steps, last - 1);
      last = session.trainer.progress().optimizer_steps;
      from = path_;
    }
  }
  FAIL() << "the training never ended";
}

/// A module that steps two optimizers, every third batch.
class TwoOptimizers : public Dropping {
 public:
  TwoOptimizers() = default;
  void training_step(torch::data::Example<> const& batch, ManualStep& step) {
    step.backward(loss(batch));
    if ((step.progress.batch + 1) % 3 != 0) return;
    for (std::size_t i = 0; i < 2; ++i) {
      step.step(step.optimizer(i));
      step.optimizer(i).zero_grad();
    }
  }
  Optimizers configure_optimizers() {
    Optimizers optimizers;
    optimizers.add(torch::optim::Adam(first->parameters(), 0.01));
    optimizers.add(
        torch::optim::SGD(second->parameters(), torch::optim::SGDOptions(0.1).momentum(0.9)));
    return optimizers;
  }
};

torch::data::Example<> batch_of(std::int64_t number) {
  auto const x =
      torch::sin(torch::arange(12, torch::kDouble) + static_cast<double>(number)).view({4, 3});
  return {x, torch::stack({x.sum(1), x.prod(1)}, 1)};
}

torch::Tensor weights_of(Dropping const& net) {
  std::vector<torch::Tensor> all;
  for (auto const& parameter : net.parameters()) all.push_back(parameter.detach().flatten());
  return torch::cat(all).clone();
}

template <class Net, class MakeLoader>
void expect_exact_resume(MakeLoader make_loader, fs::path const& path) {
  auto const run = [&](fs::path const& from, bool saves) {
    torch::manual_seed(11);
    Net net;
    Trainer trainer({.max_epochs = 3, .device = "cpu"});
    if (saves) {
      trainer.on<event::TrainBatchEnd>(after(9) | once(),
                                       [&](auto const& e) { e.control.request_checkpoint(path); });
    }
    auto loader = make_loader();
    trainer.fit(net, loader, {.resume_from = from});
    return weights_of(net);
  };
  auto const whole = run({}, true);
  EXPECT_TRUE(torch::equal(run(path, false), whole));
}

TEST_F(ResumedAfter, ModulesThatOptimizeByThemselvesKeepTheirGradients) {
  expect_exact_resume<TwoOptimizers>([] {
    std::vector<torch::data::Example<>> batches;
    for (std::int64_t i = 0; i < 7; ++i) batches.push_back(batch_of(i));
    return batches;
  }, path_);
}

/// Of a type that LibTorch doesn't know.
struct OwnAdam : torch::optim::Adam {
  using Adam::Adam;
};

class ByOwnAdam : public Dropping {
 public:
  Optimizers configure_optimizers() {
    Optimizers optimizers;
    auto& adam = optimizers.add(OwnAdam(parameters(), torch::optim::AdamOptions(0.1)));
    optimizers.schedule(adam, torch::optim::StepLR(adam, 2, 0.5), {.interval = Interval::kStep});
    return optimizers;
  }
};

TEST_F(ResumedAfter, OptimizersOfOtherTypesKeepTheirLearningRatesAndWhatTheySave) {
  expect_exact_resume<ByOwnAdam>([] {
    std::vector<torch::data::Example<>> batches;
    for (std::int64_t i = 0; i < 7; ++i) batches.push_back(batch_of(i));
    return batches;
  }, path_);
}

TEST_F(ResumedAfter, AFunctionAsLoaderIsCalledAsOftenAsBefore) {
  expect_exact_resume<Dropping>([] {
    return [number = std::int64_t{0}]() mutable -> std::optional<torch::data::Example<>> {
      if (++number % 8 == 0) return std::nullopt;
      return batch_of(number);
    };
  }, path_);
}

struct Samples : torch::data::Dataset<Samples> {
  torch::data::Example<> get(std::size_t index) override {
    auto const whole = batch_of(static_cast<std::int64_t>(index));
    return {whole.data[0], whole.target[0]};
  }
  torch::optional<std::size_t> size() const override { return 26; }
};

TEST_F(ResumedAfter, ALoaderOfTorchDataDrawsItsOrderAgain) {
  expect_exact_resume<Dropping>([] {
    return torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
        Samples().map(torch::data::transforms::Stack<>()), 4);
  }, path_);
}

TEST_F(ResumedAfter, AFitThatWentOnItselfCountsTheBatchesOfBoth) {
  TrainerOptions const options{.max_steps = 8,
                               .num_sanity_val_steps = 0,
                               .check_val_every_n_epoch = std::nullopt,
                               .val_check_interval = 4,
                               .device = "cpu"};
  std::vector<torch::data::Example<>> const data = {batch_of(0), batch_of(1), batch_of(2)};
  Dropping net;
  Trainer first(options);
  first.on<event::TrainBatchEnd>(once(), [](auto const& e) { e.control.stop("once"); });
  first.fit(net, data, data);
  first.on<event::TrainBatchEnd>(once(),
                                 [&](auto const& e) { e.control.request_checkpoint(path_); });
  first.fit(net, data, data, {.go_on = true});

  Trainer second(options);
  std::vector<std::int64_t> at;
  second.on<event::ValidationStart>(
      [&](auto const& e) { at.push_back(e.progress.optimizer_steps); });
  second.fit(net, data, data, {.resume_from = path_});
  EXPECT_EQ(at, (std::vector<std::int64_t>{4, 8}));
}

}  // namespace
}  // namespace sferic::test
