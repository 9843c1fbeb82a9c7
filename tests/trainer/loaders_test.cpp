#include <sferic/trainer/tensor_loader.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <vector>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// Trains on batches of any type by counting them.
template <class Any>
class CountingNet : public Net {
 public:
  void training_step(Any const&) { ++trained; }
  void validation_step(Any const&) { ++validated; }
  int trained = 0;
  int validated = 0;
};

TrainerOptions one_epoch() { return {.max_epochs = 1, .num_sanity_val_steps = 0, .device = "cpu"}; }

/// The loss of each batch that a fit over one epoch trains on.
template <class Loader>
std::vector<double> losses(Loader&& loader) {
  Trainer trainer(one_epoch());
  std::vector<double> losses;
  trainer.on<event::TrainBatchEnd>(
      [&](auto const& e) { losses.push_back(e.loss.template item<double>()); });
  Net net;
  trainer.fit(net, loader);
  return losses;
}

TEST(Loaders, MayBeContainersTemporariesIncluded) {
  auto const constant = batches(3);
  std::vector<Batch> mutable_batches = batches(3);
  auto const expected = losses(constant);
  EXPECT_EQ(expected.size(), 3u);
  EXPECT_EQ(losses(mutable_batches), expected);
  EXPECT_EQ(losses(batches(3)), expected);
  EXPECT_EQ(losses(std::make_unique<std::vector<Batch>>(batches(3))), expected);
  EXPECT_EQ(losses(&constant), expected);
}

TEST(Loaders, OfContainersGiveCopiesToHandlers) {
  Trainer trainer(one_epoch());
  trainer.on<event::TrainBatchStart>([](auto const& e) {
    auto& given = e.batch.template get<Batch>();
    given.data = torch::zeros_like(given.data);
  });
  Net net;
  auto train = batches(2);
  trainer.fit(net, train);
  EXPECT_TRUE(train[0].data.equal(batches(2)[0].data));
}

#if !defined(__clang__) || __clang_major__ >= 16  // older ones cannot read <ranges> of libstdc++
TEST(Loaders, MayBeViews) {
  auto const numbers = std::views::iota(0, 3);
  auto view = numbers | std::views::transform([](int number) { return batch(number); });
  EXPECT_EQ(losses(view), losses(batches(3)));
  auto all = batches(3);
  EXPECT_EQ(losses(all | std::views::take(2)), losses(batches(2)));
}
#endif

TEST(Loaders, MayBeTensorLoaders) {
  auto const data = torch::cat({batch(0).data, batch(1).data});
  auto const target = torch::cat({batch(0).target, batch(1).target});
  TensorLoader loader(data, target, {.batch_size = 4});
  EXPECT_EQ(losses(loader), losses(batches(2)));
}

/// Returns the batches 0 to count - 1 in each pass.
auto generator(int count) {
  return [count, next = 0]() mutable -> std::optional<Batch> {
    if (next == count) {
      next = 0;
      return std::nullopt;
    }
    return batch(next++);
  };
}

TEST(Loaders, MayBeFunctions) {
  auto loader = generator(3);
  EXPECT_EQ(losses(loader), losses(batches(3)));
  EXPECT_EQ(losses(loader), losses(batches(3)));
}

TEST(Loaders, MayGiveBatchesThatOnlyMove) {
  using MoveOnly = std::unique_ptr<int>;
  CountingNet<MoveOnly> net;
  Trainer trainer(one_epoch());
  int left = 3;
  trainer.fit(net, [&]() -> std::optional<MoveOnly> {
    if (left == 0) return std::nullopt;
    return std::make_unique<int>(left--);
  });
  EXPECT_EQ(net.trained, 3);
}

/// A user's batch: knows its size, and how to move itself.
struct Text {
  std::vector<std::string> lines;
  int* moves;
  std::int64_t samples() const { return static_cast<std::int64_t>(lines.size()); }
  void to(torch::Device const& device) {
    EXPECT_TRUE(device.is_cpu());
    ++*moves;
  }
};

TEST(Loaders, MayGiveBatchesOfAUsersType) {
  int moves = 0;
  std::vector<Text> const texts = {{{"a", "b", "c"}, &moves}, {{"d"}, &moves}};
  Trainer trainer(one_epoch());
  trainer.on<event::TrainBatchEnd>([](auto const& e) {
    auto const size = e.batch.template get<Text>().lines.size();
    e.metrics.log("size", static_cast<double>(size), {.on_step = false});
  });
  CountingNet<Text> net;
  trainer.fit(net, texts, texts);
  EXPECT_EQ(net.trained, 2);
  EXPECT_EQ(net.validated, 2);
  EXPECT_EQ(moves, 4);
  EXPECT_EQ(trainer.metrics().at("size"), (3 * 3 + 1 * 1) / 4.0);
}

/// The weight of a batch in the means of an epoch whose other batch has the value 0 and one sample.
template <class Any>
double samples_in(Any first, Any one_sample) {
  Trainer trainer(one_epoch());
  trainer.on<event::TrainBatchEnd>([](auto const& e) {
    e.metrics.log("share", e.progress.batch == 0 ? 1.0 : 0.0, {.on_step = false});
  });
  CountingNet<Any> net;
  std::vector<Any> const loader = {first, one_sample};
  trainer.fit(net, loader);
  double const share = trainer.metrics().at("share");
  return std::round(share / (1 - share) * 1000) / 1000;
}

TEST(Loaders, WeighBatchesByTheSamplesInThem) {
  using torch::zeros;
  EXPECT_EQ(samples_in(batch(0, 3), batch(0, 1)), 3);
  EXPECT_EQ(samples_in(zeros({5, 2}), zeros({1, 2})), 5);
  EXPECT_EQ(samples_in(std::pair(zeros({5, 2}), 1), std::pair(zeros({1, 2}), 1)), 5);
  EXPECT_EQ(samples_in(std::tuple(zeros(4)), std::tuple(zeros(1))), 4);
  EXPECT_EQ(samples_in(std::vector<Batch>(6), std::vector<Batch>(1)), 6);
  EXPECT_EQ(samples_in(torch::data::TensorExample(zeros({7, 2})),
                       torch::data::TensorExample(zeros({1, 2}))),
            7);
  EXPECT_EQ(samples_in(3.5, 1.5), 1);
}

/// Notes which epochs it is told.
struct EpochLoader : std::vector<Batch> {
  using std::vector<Batch>::vector;
  void set_epoch(std::int64_t epoch) { told += std::to_string(epoch) + " "; }
  std::string told;
};

TEST(Loaders, AreToldTheEpochBeforeEachPass) {
  EpochLoader train{batch(0)};
  EpochLoader validation{batch(0)};
  Trainer trainer({.max_epochs = 3, .device = "cpu"});
  Net net;
  trainer.fit(net, train, validation);
  EXPECT_EQ(train.told, "0 1 2 ");
  EXPECT_EQ(validation.told, "0 0 1 2 ");
}

TEST(Loaders, OfUnknownLengthAreKnownToEndAtTheirLastBatch) {
  Trainer trainer({.max_epochs = 2, .num_sanity_val_steps = 0, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  trainer.on<event::TrainBatchStart>(
      [](auto const& e) { EXPECT_EQ(e.progress.batches, std::nullopt); });
  Net net;
  trainer.fit(net, generator(2), generator(1));
  std::string const epoch = kEpochBegin + kBatch + kBatch + kValidation + kEpochFinish;
  EXPECT_EQ(recorder.events,
            lines(kFitBegin + "train_start " + epoch + epoch + "train_end fit_end teardown"));
}

TEST(Loaders, OfUnknownLengthMayBeLimitedByACount) {
  auto options = one_epoch();
  options.limit_train_batches = 2;
  Trainer trainer(options);
  trainer.on<event::TrainBatchStart>([](auto const& e) { EXPECT_EQ(e.progress.batches, 2); });
  Net net;
  trainer.fit(net, generator(5));
  EXPECT_EQ(trainer.progress().optimizer_steps, 2);
}

TEST(Loaders, ThatThrowEndTheFitWithTheirErrorAndMayBeUsedAgain) {
  struct LoaderError {};
  Trainer trainer(one_epoch());
  auto const& recorder = trainer.add(Recorder());
  int calls = 0;
  auto const loader = [&]() -> std::optional<Batch> {
    if (++calls == 3) throw LoaderError();
    if (calls == 8) return std::nullopt;
    return batch(calls);
  };
  Net net;
  EXPECT_THROW(trainer.fit(net, loader), LoaderError);
  EXPECT_TRUE(recorder.events.ends_with("\nexception\nteardown\n"));
  EXPECT_EQ(recorder.count("train_epoch_end"), 0);

  trainer.fit(net, loader);
  EXPECT_TRUE(recorder.events.ends_with("\nfit_end\nteardown\n"));
  EXPECT_EQ(recorder.count("exception"), 1);
}

TEST(Loaders, ForTrainingThatAreKnownToBeEmptyTrainNothing) {
  Trainer trainer(one_epoch());
  auto const& recorder = trainer.add(Recorder());
  Net net;
  std::vector<Batch> const none;
  trainer.fit(net, none);
  EXPECT_EQ(recorder.events, lines(kFitBegin + "fit_end teardown"));
}

TEST(Loaders, ForTrainingThatProveToBeEmptyAreRefused) {
  Trainer trainer(one_epoch());
  Net net;
  EXPECT_EQ(message_of<std::invalid_argument>([&] { trainer.fit(net, generator(0)); }),
            "the training loader has no batches");
}

TEST(Loaders, ForValidationMayBeEmpty) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  Net net;
  std::vector<Batch> const none;
  trainer.fit(net, batches(1), none);
  EXPECT_EQ(recorder.count("sanity_check_start"), 1);
  EXPECT_EQ(recorder.count("sanity_check_end"), 1);
  EXPECT_EQ(recorder.count("validation_start"), 0);
}

TEST(Loaders, ForAnEvaluationByItselfMayBeEmpty) {
  Trainer trainer;
  auto const& recorder = trainer.add(Recorder());
  Net net;
  std::vector<Batch> const none;
  trainer.test(net, none);
  trainer.validate(net, none);
  EXPECT_EQ(recorder.events, lines(kSetup + "teardown " + kSetup + "teardown"));
  trainer.test(net, std::tie(none, none));
  EXPECT_EQ(recorder.count("test_start"), 0);
}

TEST(Loaders, ForAnEvaluationThatAreEmptyAreLeftOutBesideOthers) {
  Trainer trainer;
  std::string seen;
  trainer.on<event::TestBatchStart>([&](auto const& e) {
    seen += std::to_string(e.progress.loader) + "." + std::to_string(e.progress.batch) + " ";
  });
  Net net;
  trainer.test(net, std::tuple(batches(0), batches(2)));
  EXPECT_EQ(seen, "1.0 1.1 ");
}

TEST(Loaders, ThatAreFunctionsGoOnAfterASanityCheck) {
  Trainer trainer({.max_epochs = 1, .num_sanity_val_steps = 1});
  Net net;
  int validated = 0;
  trainer.on<event::ValidationBatchEnd>([&](auto const&) { ++validated; });
  trainer.fit(net, batches(1), generator(3));
  EXPECT_EQ(validated, 3);
}

}  // namespace
}  // namespace sferic::test
