#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "callbacks/model_checkpoint_support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

struct Killed {};

/// What a ModelCheckpoint says of its files, by their names.
std::map<std::string, double> scores_of(ModelCheckpoint const& checkpoint) {
  std::map<std::string, double> scores{{"kth", checkpoint.kth_value()},
                                       {"current", checkpoint.current_score().value_or(-1)},
                                       {"best", checkpoint.best_model_score().value_or(-1)}};
  for (auto const& each : checkpoint.best_k_models()) {
    scores[each.path.filename().string()] = each.score;
  }
  return scores;
}

struct Outcome {
  Files files;
  std::map<std::string, double> scores;
  torch::Tensor weights;
};

struct Variant {
  char const* name;
  ModelCheckpointOptions options;

  friend void PrintTo(Variant const& variant, std::ostream* out) { *out << variant.name; }
};

/// A training that may be killed at steps, and then goes on from its last checkpoint in what stands
/// for another process.
class ResumedFromTheLastOne : public testing::TestWithParam<Variant> {
 protected:
  static Files names_in(fs::path const& folder) {
    Files names;
    for (auto const& entry : fs::directory_iterator(folder))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  static Outcome run(std::vector<std::int64_t> const& killed_at) {
    TemporaryFolder const folder;
    auto options = GetParam().options;
    options.dirpath = folder.path();
    for (auto const step : killed_at) {
      Net net;
      Trainer trainer({.max_epochs = 5}, ModelCheckpoint(options));
      trainer.on<event::TrainBatchStart>([&](auto const& e) {
        if (e.progress.optimizer_steps == step) throw Killed();
      });
      EXPECT_THROW(fit(trainer, net), Killed);
    }
    Net net;
    Trainer trainer({.max_epochs = 5});
    auto const& checkpoint = trainer.add(ModelCheckpoint(options));
    fit(trainer, net);
    return {names_in(folder.path()), scores_of(checkpoint), weights_of(net)};
  }

 private:
  static void fit(Trainer& trainer, Net& net) {
    log_by_epoch(net, {3, 4, 2, 5, 1});
    trainer.fit(net, batches(3), batches(1), {.resume_from = "last"});
  }
};

TEST_P(ResumedFromTheLastOne, ATrainingEndsAsTheOneThatWasNeverStopped) {
  auto const whole = run({});
  // Killed when a file was just written: one that is written again would have another version.
  for (std::vector<std::int64_t> const& killed_at :
       std::vector<std::vector<std::int64_t>>{{3}, {6, 12}, {12}}) {
    auto const resumed = run(killed_at);
    EXPECT_EQ(resumed.files, whole.files);
    EXPECT_EQ(resumed.scores, whole.scores);
    EXPECT_TRUE(torch::equal(resumed.weights, whole.weights));
  }
}

INSTANTIATE_TEST_SUITE_P(
    , ResumedFromTheLastOne,
    testing::Values(
        Variant{"AFile", {.monitor = "m", .save_last = SaveLast::kFile, .save_top_k = 2}},
        Variant{"ALink", {.monitor = "m", .save_last = SaveLast::kLink, .save_top_k = 2}},
        Variant{"TheNewest", {.save_last = SaveLast::kFile}},
        Variant{"InTheBackground",
                {.monitor = "m", .save_last = SaveLast::kFile, .asynchronous = true}},
        Variant{"EachThirdStep", {.save_last = SaveLast::kFile, .every_n_train_steps = 3}}),
    [](auto const& tested) { return tested.param.name; });

TEST_F(ModelCheckpoints, NameThemselvesTheBestOneInTheFile) {
  auto const written = fit_with({.monitor = "m", .save_top_k = 2}, {3, 2, 1});
  Trainer reader;
  auto const& read = reader.add(ModelCheckpoint(in_folder({.monitor = "m", .save_top_k = 2})));
  reader.load_checkpoint(net_, written.best_model_path());
  EXPECT_EQ(read.best_model_path(), folder_ / "epoch=2-step=6.ckpt");
  EXPECT_EQ(read.best_model_score(), 1);
  EXPECT_EQ(scores_of(read), scores_of(written));
}

TEST_F(ModelCheckpoints, AreFoundAsTheBestAndTheLastOne) {
  Trainer trainer({.max_epochs = 3});
  trainer.add(ModelCheckpoint(in_folder({.monitor = "m", .save_last = SaveLast::kFile})));
  fit(trainer, {2, 1, 3});
  std::vector<std::string> loaded;
  trainer.on<event::LoadCheckpoint>(
      [&](auto const& e) { loaded.push_back(e.path.filename().string()); });
  fit(trainer, {2, 1, 3}, {.resume_from = "best"});
  fit(trainer, {2, 1, 3}, {.resume_from = "last"});
  EXPECT_EQ(loaded, (std::vector<std::string>{"epoch=1-step=4.ckpt", "last.ckpt"}));
}

TEST_F(ModelCheckpoints, KeepTheFileThatAFitWentOnFrom) {
  fit_with({.monitor = "m"}, {2});
  Trainer trainer({.max_epochs = 2}, ModelCheckpoint(in_folder({.monitor = "m"})));
  fit(trainer, {2, 1}, {.resume_from = folder_ / "epoch=0-step=2.ckpt"});
  EXPECT_EQ(files(), (Files{"epoch=0-step=2.ckpt", "epoch=1-step=4.ckpt"}));
}

TEST_F(ModelCheckpoints, RestoreOnlyTheBestPathInAnotherFolder) {
  auto written = fit_with({.monitor = "m", .save_last = SaveLast::kFile}, {2});
  ModelCheckpoint read({.dirpath = folder_ / "other", .monitor = "m"});
  testing::internal::CaptureStderr();
  restore(read, state_of(written));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("only best_model_path is restored"),
            std::string::npos);
  EXPECT_EQ(read.best_model_path(), folder_ / "epoch=0-step=2.ckpt");
  EXPECT_EQ(read.best_model_score(), std::nullopt);
  EXPECT_EQ(read.last_model_path(), "");
  EXPECT_TRUE(read.best_k_models().empty());
}

TEST_F(ModelCheckpoints, LeaveTheFilesOfAnotherFolderAlone) {
  fit_with({}, {2});
  auto const deeper = folder_ / "deeper";
  Trainer trainer({.max_epochs = 3});
  trainer.add(ModelCheckpoint({.dirpath = deeper}));
  auto const copy = folder_ / "copy.ckpt";
  fs::copy_file(folder_ / "epoch=0-step=2.ckpt", copy);
  fit(trainer, {2, 1, 3}, {.resume_from = copy});
  EXPECT_EQ(files(), (Files{"copy.ckpt", "deeper/epoch=2-step=6.ckpt", "epoch=0-step=2.ckpt"}));
}

TEST(ModelCheckpointState, OfTheFirstVersionIsRead) {
  ModelCheckpoint read({.dirpath = "/folder", .monitor = "m", .save_top_k = 2});
  restore(read, golden_state("model_checkpoint_v0.state"));
  EXPECT_EQ(read.best_model_path(), "/folder/epoch=1-step=4.ckpt");
  EXPECT_EQ(read.last_model_path(), "/folder/last.ckpt");
  EXPECT_EQ(scores_of(read), (std::map<std::string, double>{{"best", 1},
                                                            {"current", 1},
                                                            {"kth", 2},
                                                            {"epoch=0-step=2.ckpt", 2},
                                                            {"epoch=1-step=4.ckpt", 1}}));
}

TEST(ModelCheckpointState, ThatIsCutIsRefused) {
  ModelCheckpoint read({.dirpath = "/folder", .monitor = "m"});
  auto const whole = golden_state("model_checkpoint_v0.state");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(restore(read, whole.substr(0, length)), CheckpointError) << length;
  }
  EXPECT_EQ(state_of(read), (restore(read, state_of(read)), state_of(read)));
}

}  // namespace
}  // namespace sferic::test
