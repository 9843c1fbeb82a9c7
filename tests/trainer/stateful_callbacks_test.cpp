#include <sferic/persistence/state.hpp>

#include <gtest/gtest.h>

#include <optional>

#include "support.hpp"

namespace sferic::test {
namespace {

class BatchCounter {
 public:
  static constexpr std::string_view kStateKey = "test::BatchCounter";
  void on(event::TrainBatchEnd const&) { ++count; }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & count;
  }
  std::int64_t count = 0;
};

struct Stateless {
  int* calls;
  void on(event::TrainBatchEnd const&) { ++*calls; }
};

TEST(StatefulCallbacks, AreThereOncePerType) {
  Trainer trainer;
  trainer.add(BatchCounter());
  auto const message = message_of<std::invalid_argument>([&] { trainer.add(BatchCounter()); });
  EXPECT_NE(message.find("BatchCounter"), std::string::npos) << message;
  auto const first = message.find("stateful_callbacks_test.cpp:");
  ASSERT_NE(first, std::string::npos) << message;
  EXPECT_NE(message.find("stateful_callbacks_test.cpp:", first + 1), std::string::npos) << message;
  trainer.add(Named<"twin", BatchCounter>());
}

TEST(StatefulCallbacks, OfTheConstructorAreNamedByTheirPlaceInIt) {
  auto const message = message_of<std::invalid_argument>(
      [] { Trainer(TrainerOptions(), BatchCounter(), BatchCounter()); });
  EXPECT_NE(message.find("argument 2"), std::string::npos) << message;
  EXPECT_NE(message.find("argument 3"), std::string::npos) << message;
}

TEST(StatefulCallbacks, AreFoundByTheirType) {
  Trainer trainer({}, BatchCounter());
  ASSERT_NE(trainer.callback<BatchCounter>(), nullptr);
  EXPECT_EQ((trainer.callback<Named<"twin", BatchCounter>>()), nullptr);
  auto& twin = trainer.add(Named<"twin", BatchCounter>());
  EXPECT_EQ((trainer.callback<Named<"twin", BatchCounter>>()), &twin);
}

TEST(StatefulCallbacks, ThatAreAttachedAreFoundAndRefusedToo) {
  Trainer trainer;
  BatchCounter counter;
  {
    auto const attached = trainer.attach(counter);
    EXPECT_EQ(trainer.callback<BatchCounter>(), &counter);
    EXPECT_THROW(trainer.add(BatchCounter()), std::invalid_argument);
  }
  EXPECT_EQ(trainer.callback<BatchCounter>(), nullptr);
  trainer.add(BatchCounter());
  EXPECT_THROW((void)trainer.attach(counter), std::invalid_argument);
}

TEST(StatefulCallbacks, ThatAreRefusedHearNothing) {
  Trainer trainer({.max_epochs = 1}, BatchCounter());
  BatchCounter refused;
  EXPECT_THROW((void)trainer.attach(refused), std::invalid_argument);
  Net net;
  trainer.fit(net, batches(2));
  EXPECT_EQ(refused.count, 0);
  EXPECT_EQ(trainer.callback<BatchCounter>()->count, 2);
}

TEST(AddedCallbacks, WithoutAStateMayRepeat) {
  int calls = 0;
  Trainer trainer({.max_epochs = 1}, Stateless{&calls}, Stateless{&calls});
  Net net;
  trainer.fit(net, batches(2));
  EXPECT_EQ(calls, 4);
}

TEST(AddedCallbacks, AreRemovedWhileTheTrainingRuns) {
  int calls = 0;
  Trainer trainer({.max_epochs = 1});
  auto& removed = trainer.add(Stateless{&calls});
  trainer.on<event::TrainBatchEnd>(once(), [&](auto const&) { trainer.remove(removed); });
  Net net;
  trainer.fit(net, batches(3));
  EXPECT_EQ(calls, 1);
  Stateless other{&calls};
  EXPECT_THROW(trainer.remove(other), std::invalid_argument);
}

/// Has done its work after the second batch.
struct RemovesItself {
  Trainer& trainer;
  std::shared_ptr<int> alive;
  int calls = 0;

  void on(event::TrainBatchEnd const&) {
    if (++calls == 2) trainer.remove(*this);
    ++*alive;
  }
};

TEST(AddedCallbacks, MayRemoveThemselves) {
  auto const alive = std::make_shared<int>(0);
  Trainer trainer({.max_epochs = 1});
  trainer.add(RemovesItself{trainer, alive});
  Net net;
  trainer.fit(net, batches(4));
  EXPECT_EQ(*alive, 2);
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_EQ(trainer.callback<RemovesItself>(), nullptr);
}

}  // namespace
}  // namespace sferic::test
