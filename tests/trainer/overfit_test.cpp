// Training on a few batches, always the same.

#include <sferic/trainer/tensor_loader.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

struct SeenNet : Net {
  torch::Tensor training_step(Batch const& given) {
    seen.push_back(given.data.sum().item<double>());
    return loss(given);
  }
  void validation_step(Batch const&) { ++validated; }
  void test_step(Batch const&) { ++tested; }

  std::vector<double> seen;
  int validated = 0;
  int tested = 0;
};

TrainerOptions overfitting(Limit overfit, std::int64_t epochs = 2) {
  return {
      .max_epochs = epochs, .overfit_batches = overfit, .num_sanity_val_steps = 0, .device = "cpu"};
}

/// Ten batches of one sample, in an order that changes with the epoch.
TensorLoader shuffled() {
  auto const data = torch::arange(30, torch::kDouble).view({10, 3});
  return {data, torch::zeros({10, 2}, torch::kDouble), {.batch_size = 1, .shuffle = true}};
}

TEST(Overfit, TakesACountOfTheTrainingAndOfTheValidation) {
  Trainer trainer(overfitting(2));
  SeenNet net;
  trainer.fit(net, batches(5), batches(4));
  EXPECT_EQ(net.seen.size(), 4);
  EXPECT_EQ(net.validated, 4);
}

TEST(Overfit, TakesAShare) {
  Trainer trainer(overfitting(0.5, 1));
  SeenNet net;
  trainer.fit(net, batches(6), batches(4));
  EXPECT_EQ(net.seen.size(), 3);
  EXPECT_EQ(net.validated, 2);
}

TEST(Overfit, OverrulesTheLimitsButNotThatOfTheTest) {
  auto given = overfitting(3, 1);
  given.limit_train_batches = 1;
  given.limit_val_batches = 1;
  Trainer trainer(given);
  SeenNet net;
  trainer.fit(net, batches(5), batches(5));
  EXPECT_EQ(net.seen.size(), 3);
  EXPECT_EQ(net.validated, 3);
  trainer.test(net, batches(5));
  EXPECT_EQ(net.tested, 5);
}

TEST(Overfit, SeesTheSameShuffledBatchesInEachEpoch) {
  Trainer trainer(overfitting(3));
  SeenNet net;
  trainer.fit(net, shuffled());
  ASSERT_EQ(net.seen.size(), 6);
  std::vector<double> const first(net.seen.begin(), net.seen.begin() + 3);
  std::vector<double> const second(net.seen.begin() + 3, net.seen.end());
  EXPECT_EQ(first, second);
  EXPECT_NE(first, (std::vector<double>{3, 12, 21})) << "the loader is shuffled";
}

TEST(Overfit, OfZeroIsOff) {
  for (Limit const off : {Limit(0), Limit(0.0)}) {
    Trainer trainer(overfitting(off));
    SeenNet net;
    trainer.fit(net, shuffled());
    ASSERT_EQ(net.seen.size(), 20);
    EXPECT_NE(std::vector<double>(net.seen.begin(), net.seen.begin() + 10),
              std::vector<double>(net.seen.begin() + 10, net.seen.end()));
  }
}

TEST(Overfit, OfMoreThanThereIsTakesAll) {
  Trainer trainer(overfitting(100, 1));
  SeenNet net;
  trainer.fit(net, batches(3));
  EXPECT_EQ(net.seen.size(), 3);
}

TEST(Overfit, RefusesALoaderThatCannotBeginAnew) {
  Trainer trainer(overfitting(1));
  SeenNet net;
  auto const refusal = message_of<std::invalid_argument>(
      [&] { trainer.fit(net, [] { return std::optional<Batch>(batch(0)); }); });
  EXPECT_EQ(refusal,
            "overfit_batches needs a training loader that begins anew in each epoch, but a "
            "function goes on where it was");
}

TEST(Overfit, NamesTheOptionWhoseShareIsNotOneBatch) {
  Trainer trainer(overfitting(0.1));
  SeenNet net;
  auto const refusal = message_of<std::invalid_argument>([&] { trainer.fit(net, batches(4)); });
  EXPECT_EQ(refusal, "overfit_batches is 0.1, which of 4 batches is not one; 0.25 would be");
}

TEST(Overfit, LimitsATrialRunToo) {
  auto given = overfitting(3);
  given.fast_dev_run = 4;
  Trainer trainer(given);
  SeenNet net;
  trainer.fit(net, batches(5), batches(5));
  EXPECT_EQ(net.seen.size(), 3);
  EXPECT_EQ(net.validated, 3);
}

TEST(Overfit, IsCutShortByTheStepsOfATrialRun) {
  auto given = overfitting(3);
  given.fast_dev_run = 1;
  Trainer trainer(given);
  SeenNet net;
  trainer.fit(net, batches(5), batches(5));
  EXPECT_EQ(net.seen.size(), 1);
  EXPECT_EQ(net.validated, 0);
}

}  // namespace
}  // namespace sferic::test
