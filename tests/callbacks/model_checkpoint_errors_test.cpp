#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>

#include <fstream>

#include "callbacks/model_checkpoint_support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

/// Where a file is in the way of a checkpoint.
class FailedCheckpoints : public ModelCheckpoints {
 protected:
  void block(std::string const& name) { fs::create_directories(folder_ / name / "x"); }
  void unblock(std::string const& name) { fs::remove_all(folder_ / name); }

  ModelCheckpointOptions warning(ModelCheckpointOptions options = {}) const {
    options.enable_version_counter = false;
    options.on_error = SaveErrors::kWarn;
    return options;
  }
};

TEST_F(FailedCheckpoints, KeepTheOldBestFileAndTheAccounts) {
  block("epoch=1-step=4.ckpt");
  for (bool const asynchronous : {false, true}) {
    auto const checkpoint =
        fit_with(warning({.monitor = "m", .asynchronous = asynchronous}), {2, 1});
    EXPECT_EQ(files(), (Files{"epoch=0-step=2.ckpt"}));
    EXPECT_EQ(checkpoint.best_model_path(), folder_ / "epoch=0-step=2.ckpt");
    EXPECT_EQ(checkpoint.best_model_score(), 2);
    EXPECT_EQ(checkpoint.current_score(), 2);
    EXPECT_EQ(checkpoint.kth_value(), 2);
    EXPECT_EQ(checkpoint.best_k_models().size(), 1u);
  }
}

TEST_F(FailedCheckpoints, AreFollowedByTheNextOne) {
  block("epoch=1-step=4.ckpt");
  for (bool const asynchronous : {false, true}) {
    auto const checkpoint =
        fit_with(warning({.monitor = "m", .asynchronous = asynchronous}), {3, 2, 1});
    EXPECT_EQ(files(), (Files{"epoch=2-step=6.ckpt"}));
    EXPECT_EQ(checkpoint.best_model_path(), folder_ / "epoch=2-step=6.ckpt");
    EXPECT_EQ(checkpoint.best_k_models().size(), 1u);
  }
}

TEST_F(FailedCheckpoints, LeaveTheNewestAndTheLastOneWithoutAMonitor) {
  block("epoch=1-step=4.ckpt");
  auto const checkpoint = fit_with(warning(), {1, 1});
  EXPECT_EQ(files(), (Files{"epoch=0-step=2.ckpt"}));
  EXPECT_EQ(checkpoint.best_model_path(), folder_ / "epoch=0-step=2.ckpt");

  block("last.ckpt");
  auto const last = fit_with(warning({.save_last = SaveLast::kFile, .save_top_k = 0}), {1});
  EXPECT_EQ(last.last_model_path(), "");
}

TEST_F(FailedCheckpoints, LeaveTheLinkToTheOldOne) {
  block("epoch=1-step=4.ckpt");
  fit_with(warning({.monitor = "m", .save_last = SaveLast::kLink}), {2, 1});
  EXPECT_EQ(fs::read_symlink(folder_ / "last.ckpt"), "epoch=0-step=2.ckpt");
  EXPECT_TRUE(fs::exists(folder_ / "last.ckpt"));
}

TEST_F(FailedCheckpoints, EndTheFitUnlessTheyAreToWarn) {
  block("epoch=1-step=4.ckpt");
  auto options = in_folder(warning({.monitor = "m", .save_last = SaveLast::kFile}));
  options.on_error = SaveErrors::kThrow;
  Trainer trainer({.max_epochs = 3});
  auto const& checkpoint = trainer.add(ModelCheckpoint(options));
  EXPECT_THROW(fit(trainer, {3, 2, 1}), CheckpointError);
  EXPECT_EQ(files(), (Files{"epoch=0-step=2.ckpt", "last.ckpt"}));
  EXPECT_EQ(checkpoint.best_model_path(), folder_ / "epoch=0-step=2.ckpt");
  EXPECT_EQ(checkpoint.last_model_path(), folder_ / "last.ckpt");
}

TEST_F(FailedCheckpoints, AreTriedAgainAfterTheSameStep) {
  block("epoch=0-step=2.ckpt");
  auto options = in_folder(warning({.save_on_exception = true}));
  options.on_error = SaveErrors::kThrow;
  Trainer trainer({.max_epochs = 1}, ModelCheckpoint(options));
  trainer.on<event::CheckpointFailed>([&](auto const&) { unblock("epoch=0-step=2.ckpt"); });
  EXPECT_THROW(fit(trainer, {1}), CheckpointError);
  EXPECT_EQ(files(), (Files{"epoch=0-step=2.ckpt"}));
}

TEST_F(ModelCheckpoints, ForgetWhatAnErrorKeptFromBeingWritten) {
  Trainer trainer({.max_epochs = 2});
  auto const& checkpoint =
      trainer.add(ModelCheckpoint(in_folder({.monitor = "m", .save_last = SaveLast::kFile})));
  int saves = 0;
  trainer.on<event::SaveCheckpoint>([&](auto const&) {
    if (++saves > 2) throw std::domain_error("no more");
  });
  EXPECT_THROW(fit(trainer, {2, 1}), std::domain_error);
  EXPECT_EQ(checkpoint.best_model_path(), folder_ / "epoch=0-step=2.ckpt");
  EXPECT_EQ(checkpoint.best_model_score(), 2);
  EXPECT_EQ(files(), (Files{"epoch=0-step=2.ckpt", "last.ckpt"}));
}

TEST_F(ModelCheckpoints, DeleteOnlyWhenTheNewFileStands) {
  for (bool const asynchronous : {false, true}) {
    Trainer trainer({.max_epochs = 3});
    trainer.add(ModelCheckpoint(in_folder({.filename = asynchronous ? "a{step}" : "s{step}",
                                           .monitor = "m",
                                           .asynchronous = asynchronous})));
    std::vector<std::size_t> before;
    std::vector<std::size_t> after;
    auto const left = files().size();
    trainer.on<event::CheckpointSaved>(
        [&](auto const&) { before.push_back(files().size() - left); }, Order::kEarly);
    trainer.on<event::CheckpointSaved>([&](auto const&) { after.push_back(files().size() - left); },
                                       Order::kLast);
    fit(trainer, {3, 2, 1});
    EXPECT_EQ(before, (std::vector<std::size_t>{1, 2, 2}));
    EXPECT_EQ(after, (std::vector<std::size_t>{1, 1, 1}));
  }
}

TEST_F(ModelCheckpoints, DeleteOnlyWhenTheLastOneStandsToo) {
  Trainer trainer({.max_epochs = 2});
  trainer.add(ModelCheckpoint(in_folder({.monitor = "m", .save_last = SaveLast::kFile})));
  std::vector<Files> seen;
  trainer.on<event::CheckpointSaved>([&](auto const&) { seen.push_back(files()); }, Order::kLast);
  fit(trainer, {2, 1});
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen[2], (Files{"epoch=0-step=2.ckpt", "epoch=1-step=4.ckpt", "last.ckpt"}));
  EXPECT_EQ(seen[3], (Files{"epoch=1-step=4.ckpt", "last.ckpt"}));
}

TEST_F(ModelCheckpoints, NameTheValuesThatThereAreWhereTheirOwnIsMissing) {
  Trainer trainer({.max_epochs = 1}, ModelCheckpoint(in_folder({.monitor = "zz"})));
  EXPECT_EQ(message_of<std::invalid_argument>([&] { fit(trainer, {1}); }),
            "monitor of ModelCheckpoint must be the name of a logged value, but got `zz`; the "
            "logged values are: `m`");
}

TEST_F(ModelCheckpoints, WarnWhereAValueCannotBeThereYet) {
  testing::internal::CaptureStderr();
  fit_with({.monitor = "m", .every_n_train_steps = 1}, {1, 1});
  auto const warnings = testing::internal::GetCapturedStderr();
  EXPECT_NE(warnings.find("but got `m`"), std::string::npos) << warnings;
  EXPECT_EQ(warnings.find("but got `m`"), warnings.rfind("but got `m`"));  // once
  EXPECT_EQ(files(), (Files{"epoch=1-step=3.ckpt"}));
}

TEST(ModelCheckpointOptionsTest, NameTheOptionThatIsOutOfItsRange) {
  auto const message = [](ModelCheckpointOptions const& options) {
    return message_of<std::invalid_argument>([&] { ModelCheckpoint{options}; });
  };
  EXPECT_EQ(message({.dirpath = ""}), "dirpath of ModelCheckpoint must be a folder, but got none");
  EXPECT_EQ(message({.save_top_k = -2}), "save_top_k of ModelCheckpoint must be >= -1, but got -2");
  EXPECT_EQ(message({.save_top_k = 2}),
            "save_top_k of ModelCheckpoint must be -1, 0 or 1 without a monitor, but got 2");
  EXPECT_EQ(message({.mode = "auto"}),
            "mode of ModelCheckpoint must be \"min\" or \"max\", but got \"auto\"");
  EXPECT_EQ(message({.every_n_train_steps = -1}),
            "every_n_train_steps of ModelCheckpoint must be >= 0, but got -1");
  EXPECT_EQ(message({.every_n_epochs = -3}),
            "every_n_epochs of ModelCheckpoint must be >= 0, but got -3");
  EXPECT_EQ(message({.train_time_interval = std::chrono::seconds(-1)}),
            "train_time_interval of ModelCheckpoint must be >= 0 s, but got -1");
  EXPECT_EQ(message({.every_n_train_steps = 2,
                     .train_time_interval = std::chrono::seconds(3),
                     .every_n_epochs = 0}),
            "every_n_train_steps, every_n_epochs and train_time_interval of ModelCheckpoint "
            "exclude each other, but got 2, 0 and 3 s");
  EXPECT_NE(message({.filename = "{epoch"}).find("filename of ModelCheckpoint"), std::string::npos);
  EXPECT_EQ(message({.every_n_train_steps = 2, .every_n_epochs = 0}), "nothing was thrown");
}

}  // namespace
}  // namespace sferic::test
