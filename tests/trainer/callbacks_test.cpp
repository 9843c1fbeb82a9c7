#include <sferic/training_bus/training_bus.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

class Callbacks : public testing::Test {
 protected:
  void fit() {
    auto train = batches(4);
    trainer.fit(net, train, train);
  }

  Trainer trainer{{.max_epochs = 2, .num_sanity_val_steps = 0, .device = "cpu"}};
  Net net;
  std::string seen;
};

TEST_F(Callbacks, MayBeLambdas) {
  trainer.on<event::TrainBatchEnd>([&](event::TrainBatchEnd const&) { seen += "a"; });
  auto const connection = trainer.on<event::TrainEpochEnd>([&](auto const&) { seen += "|"; });
  fit();
  EXPECT_EQ(seen, "aaaa|aaaa|");
  connection.disconnect();
  fit();
  EXPECT_EQ(seen, "aaaa|aaaa|aaaaaaaa");
}

TEST_F(Callbacks, MayBeFilteredLambdas) {
  trainer.on<event::TrainBatchEnd>(
      every(3), [&](auto const& e) { seen += std::to_string(e.progress.optimizer_steps) + " "; });
  trainer.on<event::TrainBatchEnd>(once(), [&](auto const&) { seen += "once "; });
  trainer.on<event::ValidationEnd>(when([](auto const& e) { return e.progress.epoch == 1; }),
                                   [&](auto const&) { seen += "last "; });
  fit();
  EXPECT_EQ(seen, "once 3 6 last ");
}

TEST_F(Callbacks, AreCalledInTheirOrder) {
  trainer.on<event::TrainStart>([&](auto const&) { seen += "last "; }, Order::kLast);
  trainer.on<event::TrainStart>([&](auto const&) { seen += "late "; }, Order::kLate);
  trainer.on<event::TrainStart>([&](auto const&) { seen += "first "; });
  trainer.on<event::TrainStart>(first(1), [&](auto const&) { seen += "early "; }, Order::kEarly);
  trainer.on<event::TrainStart>([&](auto const&) { seen += "second "; });
  fit();
  EXPECT_EQ(seen, "early first second late last ");
}

/// Counts what it hears.
struct EventCounter {
  static constexpr Order kOrder = Order::kLate;
  void on(event::TrainBatchEnd const&) { ++batches; }
  void on(event::TrainEpochEnd const&) { ++epochs; }
  int batches = 0;
  int epochs = 0;
};

TEST_F(Callbacks, MayBeStructsThatTheTrainerOwns) {
  auto& counter = trainer.add(EventCounter());
  static_assert(std::is_same_v<decltype(trainer.add(EventCounter())), EventCounter&>);
  fit();
  EXPECT_EQ(counter.batches, 8);
  EXPECT_EQ(counter.epochs, 2);
}

TEST_F(Callbacks, AreDestroyedWithTheTrainer) {
  struct Holder {
    std::shared_ptr<int> held;
    void on(event::FitEnd const&) {}
  };
  auto const held = std::make_shared<int>(1);
  {
    Trainer other({.device = "cpu"});
    other.add(Holder{held});
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(Callbacks, MayBeStructsThatOnlyMove) {
  struct Mover {
    std::unique_ptr<int> fits = std::make_unique<int>(0);
    void on(event::FitEnd const&) { ++*fits; }
  };
  auto& mover = trainer.add(Mover());
  fit();
  EXPECT_EQ(*mover.fits, 1);
}

TEST_F(Callbacks, MayBeBorrowedUntilTheirSubscriptionEnds) {
  EventCounter counter;
  {
    auto const subscription = trainer.attach(counter);
    fit();
    EXPECT_EQ(counter.epochs, 2);
  }
  fit();
  EXPECT_EQ(counter.epochs, 2);
}

TEST_F(Callbacks, MayOutliveTheTrainer) {
  EventCounter counter;
  Subscription subscription;
  {
    Trainer other({.device = "cpu"});
    subscription = other.attach(counter);
  }
  subscription.disconnect();
}

/// Connects itself, to one event with a filter and to one with an order.
struct SelfConnected {
  std::string* seen;

  Subscription connect(TrainingBus& bus) {
    Subscription subscription;
    subscription += bus.on<event::TrainBatchEnd>(
        every(4), [this](auto const& e) { *seen += std::to_string(e.progress.epoch) + " "; });
    subscription += bus.on<event::FitEnd>([this](auto const&) { *seen += "end "; }, Order::kLast);
    return subscription;
  }
};

TEST_F(Callbacks, MayConnectThemselves) {
  trainer.add(SelfConnected{&seen});
  SelfConnected borrowed{&seen};
  {
    auto const subscription = trainer.attach(borrowed);
    fit();
  }
  EXPECT_EQ(seen, "0 0 1 1 end end ");
  fit();
  EXPECT_EQ(seen, "0 0 1 1 end end 0 1 end ");
}

TEST_F(Callbacks, MayChangeTheBatch) {
  trainer.on<event::TrainBatchStart>(
      [](auto const& e) { e.batch.template get<Batch>().target.zero_(); });
  trainer.on<event::TrainBatchEnd>([](auto const& e) {
    EXPECT_EQ(e.batch.template get<Batch>().target.abs().sum().template item<double>(), 0);
    EXPECT_EQ(e.batch.template get_if<int>(), nullptr);
    EXPECT_THROW(std::ignore = e.batch.template get<int>(), std::invalid_argument);
  });
  trainer.on<event::ValidationBatchStart>([](auto const& e) {
    e.batch.template get<Batch>().data = torch::zeros({1, 3}, torch::kDouble);
  });
  trainer.on<event::ValidationBatchEnd>([](auto const& e) {
    EXPECT_EQ(e.batch.template get<Batch>().data.size(0), 1);
    EXPECT_TRUE(e.output.defined());
  });
  fit();
}

TEST_F(Callbacks, MayChangeTheLoss) {
  trainer.on<event::BeforeBackward>([](auto const& e) { e.loss = e.loss * 0; });
  trainer.on<event::AfterBackward>(
      [](auto const& e) { EXPECT_EQ(e.loss.template item<double>(), 0); });
  auto const before = weights_of(net);
  fit();
  EXPECT_TRUE(weights_of(net).equal(before));
}

TEST_F(Callbacks, MayChangeTheGradients) {
  trainer.on<event::BeforeOptimizerStep>([](auto const& e) {
    for (auto& parameter : e.module.parameters()) {
      EXPECT_GT(parameter.grad().abs().sum().template item<double>(), 0);
      parameter.mutable_grad().zero_();
    }
  });
  auto const before = weights_of(net);
  fit();
  EXPECT_TRUE(weights_of(net).equal(before));
}

TEST_F(Callbacks, SeeClearedGradientsOnlyAfterBeforeZeroGrad) {
  std::string sums;
  auto const write = [&](auto const& e) {
    auto const grad = e.module.parameters().front().grad();
    sums += grad.defined() && grad.abs().sum().template item<double>() > 0 ? "g" : "0";
  };
  trainer.on<event::BeforeZeroGrad>(write);
  trainer.on<event::BeforeBackward>(write);
  trainer.on<event::AfterBackward>(write);
  trainer.on<event::TrainBatchEnd>(write);
  auto train = batches(2);
  trainer.fit(net, train);
  EXPECT_EQ(sums, "00ggg0ggg0ggg0gg");
}

struct UsersEvent {
  int number;
};

TEST_F(Callbacks, MayEmitEventsOfTheirOwn) {
  trainer.on<UsersEvent>([&](UsersEvent const& e) { seen += std::to_string(e.number); });
  trainer.on<event::TrainEpochEnd>([&](auto const& e) {
    trainer.bus().emit(UsersEvent{static_cast<int>(e.progress.epoch) + 5});
  });
  fit();
  EXPECT_EQ(seen, "56");
}

TEST_F(Callbacks, ThatAreLastSeeWhatOthersLogAtTheSameEvent) {
  trainer.on<event::TrainEpochEnd>(
      [&](auto const& e) { seen += std::to_string(e.metrics.at("score")) + " "; }, Order::kLast);
  trainer.on<event::TrainEpochEnd>(
      [](auto const& e) { e.metrics.log("score", static_cast<double>(e.progress.epoch)); });
  fit();
  EXPECT_EQ(seen, "0.000000 1.000000 ");
}

TEST_F(Callbacks, MayLogInTheBatchWhatIsAveragedOverTheEpoch) {
  trainer.on<event::TrainBatchEnd>([](auto const& e) {
    e.metrics.log("number", static_cast<double>(e.progress.batch), {.on_step = false});
  });
  trainer.on<event::TrainEpochEnd>([](auto const& e) { EXPECT_EQ(e.metrics.at("number"), 1.5); });
  fit();
  EXPECT_EQ(trainer.metrics().at("number"), 1.5);
}

TEST_F(Callbacks, MayBeAddedByAHandler) {
  EventCounter* counter = nullptr;
  trainer.on<event::TrainEpochEnd>(once(),
                                   [&](auto const&) { counter = &trainer.add(EventCounter()); });
  fit();
  ASSERT_NE(counter, nullptr);
  EXPECT_EQ(counter->batches, 4);
}

}  // namespace
}  // namespace sferic::test
