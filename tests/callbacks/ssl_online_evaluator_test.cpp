#include <sferic/callbacks/ssl_online_evaluator.hpp>

#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/registry/named.hpp>

#include <gtest/gtest.h>

#include "callbacks/self_supervised_support.hpp"
#include "callbacks/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

/// An evaluator of a denoiser.
SSLOnlineEvaluator evaluator_of(Denoiser& net, SSLOnlineEvaluatorOptions options = {}) {
  if (options.z_dim == 0) options.z_dim = 32;
  if (options.num_classes == 0) options.num_classes = 10;
  options.learning_rate = 1e-2;
  return SSLOnlineEvaluator(options, [&net](Batch const& batch) {
    return std::pair(net.encode(batch.data), batch.target);
  });
}

/// One that always begins with the same weights.
struct Training {
  explicit Training(TrainerOptions options = {.max_epochs = 2})
      : trainer((torch::manual_seed(3), std::move(options))) {}

  void fit(FitOptions const& options = {}) {
    trainer.fit(net, digit_loader(0, 320), digit_loader(320, 420), options);
  }

  torch::Tensor weights() const {
    std::vector<torch::Tensor> all;
    for (auto const& parameter : net.parameters()) all.push_back(parameter.detach().flatten());
    for (auto const& buffer : net.buffers()) all.push_back(buffer.to(torch::kFloat).flatten());
    return torch::cat(all);
  }

  Trainer trainer;  // first, since the seed comes with it
  Denoiser net;
};

TEST(SSLOnlineEvaluatorTest, LearnsTheLabelsFromTheRepresentations) {
  Training training({.max_epochs = 6});
  training.trainer.add(evaluator_of(training.net));
  training.trainer.fit(training.net, digit_loader(0, 1200), digit_loader(1200, 1700));
  EXPECT_GT(training.trainer.metrics().at("online_val_acc"), 0.8);
  EXPECT_GT(training.trainer.metrics().at("online_train_acc"), 0.5);
  EXPECT_LT(training.trainer.metrics().at("online_val_loss"), 1);
}

TEST(SSLOnlineEvaluatorTest, LeavesTheTrainingToTheLastBitAsItWouldBeWithoutIt) {
  Training alone;
  alone.fit();
  auto const next_random = torch::rand({4});
  for (std::optional<std::int64_t> const hidden : {std::optional<std::int64_t>(), {16}}) {
    Training watched;
    watched.trainer.add(SSLOnlineEvaluator({.z_dim = 32, .num_classes = 10, .hidden_dim = hidden},
                                           [&](Batch const& batch) {
      auto const noisy = batch.data + torch::rand_like(batch.data);
      return std::pair(watched.net.encode(noisy), batch.target);
    }));
    watched.fit();
    EXPECT_TRUE(torch::equal(watched.weights(), alone.weights()));
    EXPECT_TRUE(torch::equal(torch::rand({4}), next_random));
  }
}

TEST(SSLOnlineEvaluatorTest, GivesEachSubmoduleItsModeBack) {
  Training training;
  int seen = 0;
  training.trainer.add(
      SSLOnlineEvaluator({.z_dim = 32, .num_classes = 10}, [&](Batch const& batch) {
    EXPECT_FALSE(training.net.is_training() || training.net.encoder->is_training());
    return std::pair(training.net.encode(batch.data), batch.target);
  }));
  training.trainer.on<event::TrainStart>([&](auto const&) { training.net.decoder->eval(); });
  training.trainer.on<event::BatchEnd>([&](auto const&) {
    ++seen;
    EXPECT_TRUE(training.net.is_training() && training.net.encoder->is_training());
    EXPECT_FALSE(training.net.decoder->is_training());
  });
  training.fit();
  EXPECT_EQ(seen, 20);
}

TEST(SSLOnlineEvaluatorTest, GivesNoGradientToTheModuleWhoseGraphIsStillThere) {
  std::vector<torch::Tensor> ends;
  for (bool const watches : {false, true}) {
    Training training({.max_epochs = 1, .accumulate_grad_batches = 5});
    torch::Tensor kept;
    training.trainer.on<event::TrainBatchStart>([&](auto const& e) {
      auto const samples = e.batch.template get<Batch>().data.size(0);
      kept = training.net.decoder->weight[0].expand({samples, 32});
    });
    if (watches) {
      training.trainer.add(
          SSLOnlineEvaluator({.z_dim = 32, .num_classes = 10},
                             [&](Batch const& batch) { return std::pair(kept, batch.target); }));
    }
    training.trainer.fit(training.net, digit_loader(0, 320));
    ends.push_back(training.weights());
  }
  EXPECT_TRUE(torch::equal(ends[0], ends[1]));
}

TEST(SSLOnlineEvaluatorTest, LogsByStepsAndByEpochs) {
  Training training({.max_epochs = 1, .log_every_n_steps = 1});
  training.trainer.add(evaluator_of(training.net, {.progress_bar = true}));
  std::map<std::string, int> told;
  training.trainer.on<event::MetricsLogged>([&](auto const& e) {
    for (auto const& value : e.values) ++told[value.name];
  });
  training.fit();
  EXPECT_EQ(told, (std::map<std::string, int>{{"online_train_acc", 10},
                                              {"online_train_loss", 10},
                                              {"online_val_acc", 1},
                                              {"online_val_loss", 1},
                                              {"val_loss", 1}}));
  EXPECT_EQ(training.trainer.metrics().progress_bar().size(), 4u);
}

TEST(SSLOnlineEvaluatorTest, LeavesABatchOfOneSampleOutWhereItHasAHiddenLayer) {
  Training training({.max_epochs = 1});
  training.net.encoder->eval();
  training.trainer.add(evaluator_of(training.net, {.hidden_dim = 8}));
  training.trainer.on<event::TrainStart>([&](auto const&) { training.net.encoder->eval(); });
  training.trainer.fit(training.net, digit_loader(0, 33));
  EXPECT_TRUE(training.trainer.metrics().get("online_train_loss"));
}

/// A run that may be ended at the n-th event of a name, and goes on in what stands for another
/// process. Returns what the evaluator ends with.
template <class Event>
std::vector<torch::Tensor> end_of_a_training(int stopped_at) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "at.ckpt";
  struct Killed {};
  auto const run = [&](fs::path const& from, int stop) {
    Training training({.max_epochs = 3});
    auto& evaluator = training.trainer.add(evaluator_of(training.net, {.hidden_dim = 16}));
    training.trainer.template on<Event>([&](auto const& e) {
      if (e.progress.stage != Stage::kSanityCheck && --stop == 0) {
        e.control.request_checkpoint(path);
      }
    });
    if (stop > 0) {
      training.trainer.template on<event::CheckpointSaved>([](auto const&) { throw Killed(); });
      EXPECT_THROW(training.fit(), Killed);
      return std::vector<torch::Tensor>();
    }
    training.fit({.resume_from = from});
    auto const features = torch::linspace(0, 1, 32).repeat({3, 1});
    std::vector<torch::Tensor> end = {training.weights(), evaluator.classify(features)};
    for (auto const& value : training.trainer.metrics().all()) {
      end.push_back(torch::tensor(value.value, torch::kDouble));
    }
    return end;
  };
  if (stopped_at > 0) run({}, stopped_at);
  return run(stopped_at > 0 ? path : fs::path(), 0);
}

void expect_equal(std::vector<torch::Tensor> const& left, std::vector<torch::Tensor> const& right) {
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(torch::equal(left[i], right[i])) << i;
}

TEST(SSLOnlineEvaluatorTest, EndsAResumedTrainingAsOneThatWasNeverStopped) {
  auto const whole = end_of_a_training<event::BatchEnd>(0);
  ASSERT_GT(whole.size(), 4u);
  expect_equal(end_of_a_training<event::BatchEnd>(1), whole);
  expect_equal(end_of_a_training<event::BatchEnd>(14), whole);
  expect_equal(end_of_a_training<event::ValidationBatchEnd>(2), whole);
  expect_equal(end_of_a_training<event::TrainEpochEnd>(1), whole);
}

TEST(SSLOnlineEvaluatorTest, BeginsWithANewClassifierUnlessTheFitGoesOn) {
  Training training({.max_epochs = 1});
  auto& evaluator = training.trainer.add(evaluator_of(training.net));
  training.fit();
  auto const features = torch::ones({1, 32});
  auto const learned = evaluator.classify(features);
  torch::Tensor begun;
  training.trainer.on<event::TrainStart>(
      [&](auto const&) { begun = evaluator.classify(features); });
  training.fit({.go_on = true});
  training.trainer.validate(training.net, digit_loader(320, 420));
  EXPECT_TRUE(torch::equal(evaluator.classify(features), learned));
  training.fit();
  EXPECT_FALSE(torch::equal(begun, learned));
}

TEST(SSLOnlineEvaluatorTest, ClassifiesAfterACheckpointIsLoadedWithoutAFit) {
  TemporaryFolder const folder;
  Training training({.max_epochs = 1});
  auto& evaluator = training.trainer.add(evaluator_of(training.net));
  training.fit();
  training.trainer.save_checkpoint(folder.path() / "a.ckpt");
  Training read;
  auto& other = read.trainer.add(evaluator_of(read.net));
  EXPECT_THROW(other.classify(torch::ones({1, 32})), std::logic_error);
  read.trainer.load_checkpoint(read.net, folder.path() / "a.ckpt");
  EXPECT_TRUE(
      torch::equal(other.classify(torch::ones({1, 32})), evaluator.classify(torch::ones({1, 32}))));
  read.trainer.validate(read.net, digit_loader(320, 420));
  EXPECT_EQ(read.trainer.metrics().at("online_val_loss"),
            training.trainer.metrics().at("online_val_loss"));
}

TEST(SSLOnlineEvaluatorTest, RefusesAStateOfAnotherShape) {
  Denoiser net;
  auto written = evaluator_of(net);
  auto other = evaluator_of(net, {.z_dim = 16});
  EXPECT_NE(message_of<CheckpointError>([&] {
    restore(other, state_of(written));
  }).find("z_dim was 32, but here is 16"),
            std::string::npos);
}

TEST(SSLOnlineEvaluatorTest, RefusesOptionsOutOfTheirRange) {
  auto const message = [](SSLOnlineEvaluatorOptions options) {
    return message_of<std::invalid_argument>([&] {
      SSLOnlineEvaluator(options, [](Batch const& b) { return std::pair(b.data, b.target); });
    });
  };
  EXPECT_EQ(message({}), "z_dim of SSLOnlineEvaluator must be >= 1, but got 0");
  EXPECT_EQ(message({.z_dim = 2}), "num_classes of SSLOnlineEvaluator must be >= 2, but got 0");
  EXPECT_EQ(message({.z_dim = 2, .num_classes = 2, .hidden_dim = 0}),
            "hidden_dim of SSLOnlineEvaluator must be >= 1, but got 0");
  EXPECT_EQ(message({.z_dim = 2, .num_classes = 2, .drop_p = 1}),
            "drop_p of SSLOnlineEvaluator must be in [0, 1), but got 1");
  EXPECT_EQ(message({.z_dim = 2, .num_classes = 2, .learning_rate = 0}),
            "learning_rate of SSLOnlineEvaluator must be > 0, but got 0");
}

template <class Function>
std::string error_of_a_fit(Function function) {
  Training training;
  training.trainer.add(SSLOnlineEvaluator({.z_dim = 8, .num_classes = 10}, function));
  return message_of<std::invalid_argument>([&] { training.fit(); });
}

TEST(SSLOnlineEvaluatorTest, NamesWhatDoesNotFit) {
  EXPECT_EQ(
      error_of_a_fit([](std::vector<float>&) { return std::pair(at::Tensor(), at::Tensor()); }),
      "SSLOnlineEvaluator was given a function of a `std::vector<float, "
      "std::allocator<float> >`, but the batches are of another type");
  EXPECT_EQ(error_of_a_fit([](Batch const& b) { return std::pair(b.data, b.target); }),
            "z_dim of SSLOnlineEvaluator is 8, but the representations have 64 features");
  EXPECT_NE(error_of_a_fit([](Batch const& b) {
    return std::pair(b.data, b.data);
  }).find("must return representations (samples, ...) and labels (samples)"),
            std::string::npos);
}

TEST(SSLOnlineEvaluatorTest, TakesAnyFormOfFunction) {
  using Function = detail::BatchFunction<std::int64_t>;
  std::int64_t calls = 0;
  struct Functor {
    std::int64_t operator()(Batch& given) const noexcept { return given.data.size(0); }
  };
  auto given = batch(0, 7);
  BatchRef const ref(given);
  EXPECT_EQ(Function([&](Batch const&) mutable { return ++calls; })(ref, ""), 1);
  EXPECT_EQ(Function([](BatchRef any) { return any.get<Batch>().data.size(0); })(ref, ""), 7);
  EXPECT_EQ(Function(+[](Batch b) { return b.data.size(1); })(ref, ""), 3);
  EXPECT_EQ(Function(Functor())(ref, ""), 7);
}

TEST(SSLOnlineEvaluatorTest, HasANameOfItsOwnWhereThereAreTwo) {
  Training training({.max_epochs = 1});
  training.trainer.add(evaluator_of(training.net));
  EXPECT_THROW(training.trainer.add(evaluator_of(training.net)), std::invalid_argument);
  training.trainer.add(Named<"second", SSLOnlineEvaluator>(evaluator_of(training.net)));
}

}  // namespace
}  // namespace sferic::test
