#include <sferic/callbacks/model_checkpoint.hpp>

#include <sferic/callbacks/detail/checkpoint_files.hpp>
#include <sferic/registry/named.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "callbacks/model_checkpoint_support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

TEST_F(ModelCheckpoints, KeepTheBestOnes) {
  auto const checkpoint = fit_with({.monitor = "m", .save_top_k = 2}, {3, 1, 4, 2});
  EXPECT_EQ(files(), (Files{"epoch=1-step=4.ckpt", "epoch=3-step=8.ckpt"}));
  EXPECT_EQ(checkpoint.best_model_path(), folder_ / "epoch=1-step=4.ckpt");
  EXPECT_EQ(checkpoint.best_model_score(), 1);
  EXPECT_EQ(checkpoint.current_score(), 2);
  EXPECT_EQ(checkpoint.kth_best_model_path(), folder_ / "epoch=3-step=8.ckpt");
  EXPECT_EQ(checkpoint.kth_value(), 2);
  EXPECT_EQ(checkpoint.last_model_path(), "");
}

TEST_F(ModelCheckpoints, KeepTheNewestWithoutAMonitor) {
  auto const checkpoint = fit_with({}, {1, 2, 3});
  EXPECT_EQ(files(), (Files{"epoch=2-step=6.ckpt"}));
  EXPECT_EQ(checkpoint.best_model_path(), folder_ / "epoch=2-step=6.ckpt");
  EXPECT_EQ(checkpoint.best_model_score(), std::nullopt);
}

TEST_F(ModelCheckpoints, TakeNaNForInfinitelyBad) {
  auto const checkpoint = fit_with(
      {.filename = "{m:.1f}", .monitor = "m", .save_top_k = 2, .mode = "max"}, {kNaN, kNaN, 1, 2});
  EXPECT_EQ(files(), (Files{"m=1.0.ckpt", "m=2.0.ckpt"}));
  auto const early =
      fit_with({.filename = "{epoch}_{m:.1f}", .monitor = "m", .save_top_k = 2}, {1, kNaN});
  EXPECT_TRUE(fs::exists(folder_ / "epoch=1_m=nan.ckpt"));
  EXPECT_EQ(early.kth_value(), kInfinity);
}

TEST_F(ModelCheckpoints, CountVersionsWhereNamesAreTheSame) {
  auto const checkpoint =
      fit_with({.filename = "x", .monitor = "m", .save_top_k = 3}, {4, 3, 2, 1});
  std::map<std::string, double> scores;
  for (auto const& each : checkpoint.best_k_models()) {
    scores[each.path.filename().string()] = each.score;
  }
  EXPECT_EQ(scores,
            (std::map<std::string, double>{{"x.ckpt", 1}, {"x-v1.ckpt", 3}, {"x-v2.ckpt", 2}}));
}

TEST_F(ModelCheckpoints, OverwriteTheNewestOneOfTheSameNameWithoutAMonitor) {
  std::ofstream(folder_ / "x.ckpt") << "earlier";
  fit_with({.filename = "x"}, {1, 1, 1});
  EXPECT_EQ(files(), (Files{"x-v1.ckpt", "x.ckpt"}));
}

TEST_F(ModelCheckpoints, OverwriteWhateverIsThereIfTheyAreTold) {
  std::ofstream(folder_ / "x.ckpt") << "earlier";
  fit_with({.filename = "x", .enable_version_counter = false}, {1});
  EXPECT_EQ(files(), (Files{"x.ckpt"}));
  EXPECT_GT(std::filesystem::file_size(folder_ / "x.ckpt"), 7u);
}

TEST_F(ModelCheckpoints, MakeFoldersOfASlashInAName) {
  fit_with({.filename = "run/{m/x:.1f}"}, {1});
  EXPECT_EQ(files(), (Files{"run/m/x=0.0.ckpt"}));
}

TEST_F(ModelCheckpoints, NameTheEpochThatWasLogged) {
  Trainer trainer({.max_epochs = 1}, ModelCheckpoint(in_folder()));
  trainer.on<event::TrainEpochEnd>([](auto const& e) { e.metrics.log("epoch", 12.75); });
  fit(trainer, {1});
  EXPECT_EQ(files(), (Files{"epoch=12-step=2.ckpt"}));
}

TEST_F(ModelCheckpoints, SaveAfterSoManySteps) {
  fit_with({.save_top_k = -1, .every_n_train_steps = 3}, {1, 1, 1});
  EXPECT_EQ(files(), (Files{"epoch=1-step=3.ckpt", "epoch=2-step=6.ckpt"}));
}

TEST_F(ModelCheckpoints, SaveAfterSoManyEpochs) {
  fit_with({.save_top_k = -1, .every_n_epochs = 2}, {1, 1, 1, 1, 1});
  EXPECT_EQ(files(), (Files{"epoch=1-step=4.ckpt", "epoch=3-step=8.ckpt"}));
}

TEST_F(ModelCheckpoints, SaveAfterSoMuchTime) {
  static std::chrono::steady_clock::time_point now;
  now = {};
  Trainer trainer({.max_epochs = 2});
  trainer.add(ModelCheckpoint(in_folder({.save_top_k = -1,
                                         .train_time_interval = std::chrono::seconds(25),
                                         .clock = [] { return now; }})));
  trainer.on<event::TrainBatchStart>([](auto const&) { now += std::chrono::seconds(10); });
  fit(trainer, {1, 1});
  EXPECT_EQ(files(), (Files{"epoch=1-step=3.ckpt"}));
  EXPECT_NO_THROW(ModelCheckpoint({.train_time_interval = std::chrono::seconds(0)}));
}

TEST_F(ModelCheckpoints, SaveOncePerOptimizerStep) {
  Trainer trainer({.max_epochs = 1, .accumulate_grad_batches = 2});
  trainer.add(ModelCheckpoint(in_folder({.save_top_k = -1, .every_n_train_steps = 1})));
  int saved = 0;
  trainer.on<event::CheckpointSaved>([&](auto const&) { ++saved; });
  net_.while_validating = nullptr;
  trainer.fit(net_, batches(6));
  EXPECT_EQ(saved, 3);
}

TEST_F(ModelCheckpoints, SaveAtTheEndOfValidationsWhereTheyAreNotOneAnEpoch) {
  Trainer trainer({.max_epochs = 1, .val_check_interval = 0.5});
  trainer.add(ModelCheckpoint(in_folder({.save_top_k = -1})));
  fit(trainer, {1});
  EXPECT_EQ(files(), (Files{"epoch=0-step=1.ckpt", "epoch=0-step=2.ckpt"}));
}

TEST_F(ModelCheckpoints, SaveAtTheEndOfEpochsWithoutAValidation) {
  Trainer trainer({.max_epochs = 2, .check_val_every_n_epoch = 2}, ModelCheckpoint(in_folder()));
  trainer.fit(net_, batches(2));
  EXPECT_EQ(files(), (Files{"epoch=1-step=4.ckpt"}));
}

TEST_F(ModelCheckpoints, SaveWhereTheyAreTold) {
  Trainer trainer({.max_epochs = 1, .val_check_interval = 0.5});
  trainer.add(ModelCheckpoint(in_folder({.save_top_k = -1, .save_on_train_epoch_end = true})));
  fit(trainer, {1});
  EXPECT_EQ(files(), (Files{"epoch=0-step=2.ckpt"}));
}

TEST_F(ModelCheckpoints, SaveTheLastOneBesideTheBestOne) {
  auto const checkpoint = fit_with({.monitor = "m", .save_last = SaveLast::kFile}, {1, 2, 3});
  EXPECT_EQ(files(), (Files{"epoch=0-step=2.ckpt", "last.ckpt"}));
  EXPECT_EQ(checkpoint.last_model_path(), folder_ / "last.ckpt");
  Trainer reader;
  Net net;
  reader.load_checkpoint(net, folder_ / "last.ckpt");
  EXPECT_TRUE(torch::equal(weights_of(net), weights_of(net_)));
}

TEST_F(ModelCheckpoints, LinkTheLastOneToTheNewestOfTheBest) {
  fit_with({.monitor = "m", .save_last = SaveLast::kLink}, {2, 1});
  EXPECT_EQ(files(), (Files{"epoch=1-step=4.ckpt", "last.ckpt"}));
  EXPECT_EQ(fs::read_symlink(folder_ / "last.ckpt"), "epoch=1-step=4.ckpt");
}

TEST_F(ModelCheckpoints, WriteTheLastOneWhereTheNewestOfTheBestIsOlder) {
  fit_with({.monitor = "m", .save_last = SaveLast::kLink}, {1, 2});
  EXPECT_EQ(files(), (Files{"epoch=0-step=2.ckpt", "last.ckpt"}));
  EXPECT_FALSE(fs::is_symlink(folder_ / "last.ckpt"));
  Net net;
  Trainer().load_checkpoint(net, folder_ / "last.ckpt");
  EXPECT_TRUE(torch::equal(weights_of(net), weights_of(net_)));
}

TEST_F(ModelCheckpoints, LeaveTheLastOneOfAnEarlierFitAlone) {
  std::ofstream(folder_ / "last.ckpt") << "earlier";
  auto const checkpoint = fit_with({.save_last = SaveLast::kFile}, {1, 2});
  EXPECT_EQ(files(), (Files{"epoch=1-step=4.ckpt", "last-v1.ckpt", "last.ckpt"}));
  EXPECT_EQ(fs::file_size(folder_ / "last.ckpt"), 7u);
  EXPECT_EQ(checkpoint.last_model_path(), folder_ / "last-v1.ckpt");
}

TEST_F(ModelCheckpoints, SaveNothingInTrialsAndOtherTasks) {
  Trainer trial({.fast_dev_run = 2}, ModelCheckpoint(in_folder({.save_last = SaveLast::kFile})));
  fit(trial, {1, 1});
  Trainer trainer({.max_epochs = 0}, ModelCheckpoint(in_folder({.save_last = SaveLast::kFile})));
  fit(trainer, {1, 1});
  trainer.validate(net_, batches(1));
  EXPECT_EQ(files(), Files());
}

TEST_F(ModelCheckpoints, SaveWhereAnErrorEndsAFit) {
  Trainer trainer({.max_epochs = 3});
  trainer.add(ModelCheckpoint(in_folder({.save_last = SaveLast::kFile,
                                         .save_top_k = 0,
                                         .save_on_exception = true,
                                         .asynchronous = true})));
  net_.while_training = [](Step& step) {
    if (step.progress.optimizer_steps == 3) throw std::domain_error("a wrong step");
  };
  EXPECT_THROW(fit(trainer, {1, 1, 1}), std::domain_error);
  EXPECT_EQ(files(), (Files{"epoch=1-step=3.ckpt", "last.ckpt"}));

  net_.while_training = nullptr;
  Trainer second({.max_epochs = 3});
  fit(second, {1, 1, 1}, {.resume_from = folder_ / "epoch=1-step=3.ckpt"});
  Net whole;
  Trainer({.max_epochs = 3}).fit(whole, batches(2));
  EXPECT_TRUE(torch::equal(weights_of(net_), weights_of(whole)));
}

TEST_F(ModelCheckpoints, SaveWeightsAloneIfTheyAreTold) {
  Trainer trainer({.max_epochs = 1});
  trainer.add(ModelCheckpoint(in_folder({.save_weights_only = true, .asynchronous = true})));
  std::vector<bool> told;
  trainer.on<event::SaveCheckpoint>(
      [&](auto const& e) { told.push_back(e.options.weights_only && e.options.asynchronous); });
  fit(trainer, {1});
  EXPECT_EQ(told, std::vector<bool>{true});
}

TEST_F(ModelCheckpoints, OfTwoNamesShareAFolder) {
  using ByLargest = Named<"by_largest", ModelCheckpoint>;
  Trainer trainer({.max_epochs = 3});
  auto const& smallest =
      trainer.add(ModelCheckpoint(in_folder({.monitor = "m", .save_last = SaveLast::kFile})));
  auto const& largest = trainer.add(
      ByLargest(in_folder({.monitor = "m", .save_last = SaveLast::kFile, .mode = "max"})));
  fit(trainer, {1, 2, 0});
  EXPECT_EQ(files(),
            (Files{"epoch=1-step=4.ckpt", "epoch=2-step=6.ckpt", "last-v1.ckpt", "last.ckpt"}));
  EXPECT_EQ(smallest.best_model_path(), folder_ / "epoch=2-step=6.ckpt");
  EXPECT_EQ(largest.best_model_path(), folder_ / "epoch=1-step=4.ckpt");
  EXPECT_EQ(largest.last_model_path(), folder_ / "last-v1.ckpt");
}

TEST_F(ModelCheckpoints, OfTwoNamesDoNotOverwriteEachOthersFiles) {
  Trainer trainer({.max_epochs = 1});
  trainer.add(ModelCheckpoint(in_folder()));
  trainer.add(Named<"other", ModelCheckpoint>(in_folder()));
  fit(trainer, {1});
  EXPECT_EQ(files(), (Files{"epoch=0-step=2-v1.ckpt", "epoch=0-step=2.ckpt"}));
}

TEST_F(ModelCheckpoints, TellWhatTheyDoIfTheyAreVerbose) {
  testing::internal::CaptureStderr();
  fit_with({.monitor = "m", .verbose = true}, {1, 2});
  auto const path = (folder_ / "epoch=0-step=2.ckpt").string();
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "epoch 0, step 2: `m` reached 1.00000 (best 1.00000), saving `" + path +
                "`\nepoch 1, step 4: `m` was not in top 1\n");
}

TEST_F(ModelCheckpoints, WarnThatTheirFolderIsNotEmpty) {
  std::ofstream(folder_ / "file") << "x";
  testing::internal::CaptureStderr();
  fit_with({}, {1});
  EXPECT_NE(testing::internal::GetCapturedStderr().find(folder_.string() + "`, is not empty"),
            std::string::npos);
}

TEST_F(ModelCheckpoints, BeginAnewInASecondFit) {
  Trainer trainer({.max_epochs = 1});
  trainer.add(ModelCheckpoint(in_folder({.monitor = "m", .save_top_k = -1})));
  fit(trainer, {1});
  fit(trainer, {1});
  EXPECT_EQ(files(), (Files{"epoch=0-step=2-v1.ckpt", "epoch=0-step=2.ckpt"}));
}

TEST(CheckpointFiles, KnowWhatIsWithinAFolder) {
  EXPECT_TRUE(detail::is_within("/a/b/c.ckpt", "/a/b"));
  EXPECT_TRUE(detail::is_within("/a/b/d/c.ckpt", "/a/b"));
  EXPECT_FALSE(detail::is_within("/a/c.ckpt", "/a/b"));
  EXPECT_FALSE(detail::is_within("/a/b/../c.ckpt", "/a/b"));
  EXPECT_FALSE(detail::is_within("/a/bc/c.ckpt", "/a/b"));
  EXPECT_FALSE(detail::is_within("/a/b", "/a/b"));
}

}  // namespace
}  // namespace sferic::test
