#include <sferic/checkpoint/checkpoint.hpp>
#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

class SavingInTheBackground : public testing::Test {
 protected:
  TemporaryFolder const temporary_;
  fs::path const folder_ = temporary_.path();
  fs::path const path_ = folder_ / "background.ckpt";
};

constexpr SaveOptions kAsynchronous = {.asynchronous = true};

TEST_F(SavingInTheBackground, KeepsWhatThereWasWhenItBegan) {
  Net net;
  Trainer trainer({.max_epochs = 2, .num_sanity_val_steps = 0});
  torch::Tensor at_saving;
  std::int64_t steps_at_saving = 0;
  trainer.on<event::TrainBatchEnd>(after(1) | once(), [&](auto const& e) {
    e.control.request_checkpoint(path_, kAsynchronous);
  });
  trainer.on<event::SaveCheckpoint>([&](auto const& e) {
    at_saving = weights_of(net);
    steps_at_saving = e.progress.optimizer_steps;
  });
  trainer.fit(net, batches(5));
  EXPECT_EQ(steps_at_saving, 2);
  EXPECT_FALSE(torch::equal(weights_of(net), at_saving));

  Net read;
  trainer.load_checkpoint(read, path_);
  EXPECT_TRUE(torch::equal(weights_of(read), at_saving));
}

TEST_F(SavingInTheBackground, IsToldOnTheTrainingThreadWhenTheFileStands) {
  Net net;
  Trainer trainer({.max_epochs = 2});
  std::vector<std::string> told;
  auto const thread = std::this_thread::get_id();
  trainer.on<event::TrainEpochEnd>([&](auto const& e) {
    e.control.request_checkpoint(folder_ / std::to_string(e.progress.epoch), kAsynchronous);
  });
  trainer.on<event::CheckpointSaved>([&](auto const& e) {
    EXPECT_EQ(std::this_thread::get_id(), thread);
    EXPECT_TRUE(fs::exists(e.path));
    told.push_back(fs::path(e.path).filename().string());
  });
  bool torn_down = false;
  trainer.on<event::Teardown>([&](auto const&) {
    torn_down = true;
    EXPECT_EQ(told.size(), 2u);  // the end of the task waits for the last one
  });
  trainer.fit(net, batches(3));
  EXPECT_TRUE(torn_down);
  EXPECT_EQ(told, (std::vector<std::string>{"0", "1"}));
}

TEST_F(SavingInTheBackground, AnErrorIsToldAndEndsTheTask) {
  std::ofstream(folder_ / "file") << "no folder";
  auto const beneath = folder_ / "file" / "x.ckpt";
  Net net;
  Trainer trainer({.max_epochs = 3});
  int failed = 0;
  int exceptions = 0;
  trainer.on<event::TrainBatchEnd>(
      once(), [&](auto const& e) { e.control.request_checkpoint(beneath, kAsynchronous); });
  trainer.on<event::CheckpointFailed>([&](auto const& e) {
    ++failed;
    EXPECT_EQ(e.path, beneath.string());
    EXPECT_NE(e.what.find(beneath.string()), e.what.npos);
  });
  trainer.on<event::Exception>([&](auto const&) { ++exceptions; });
  EXPECT_NE(message_of<CheckpointError>([&] { trainer.fit(net, batches(3)); }).find("x.ckpt"),
            std::string::npos);
  EXPECT_EQ(failed, 1);
  EXPECT_EQ(exceptions, 1);
}

TEST_F(SavingInTheBackground, AnErrorThatIsNoneGoesOn) {
  std::ofstream(folder_ / "file") << "no folder";
  Net net;
  Trainer trainer({.max_epochs = 2});
  int failed = 0;
  trainer.on<event::TrainEpochEnd>([&](auto const& e) {
    e.control.request_checkpoint(folder_ / "file" / "x.ckpt",
                                 {.asynchronous = true, .on_error = SaveErrors::kWarn});
  });
  trainer.on<event::CheckpointFailed>([&](auto const&) { ++failed; });
  trainer.fit(net, batches(3));
  EXPECT_EQ(failed, 2);
  EXPECT_EQ(trainer.progress().epochs_done, 2);
}

TEST_F(SavingInTheBackground, AfterATaskIsWaitedForByName) {
  Net net;
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net, batches(3));
  int saved = 0;
  trainer.on<event::CheckpointSaved>([&](auto const&) { ++saved; });
  trainer.save_checkpoint(path_, kAsynchronous);
  trainer.wait_for_checkpoint();
  EXPECT_EQ(saved, 1);
  EXPECT_TRUE(fs::exists(path_));

  std::ofstream(folder_ / "file") << "no folder";
  trainer.save_checkpoint(folder_ / "file" / "x.ckpt", kAsynchronous);
  EXPECT_THROW(trainer.wait_for_checkpoint(), CheckpointError);
  trainer.wait_for_checkpoint();  // told once
}

TEST_F(SavingInTheBackground, OneAtATimeIsWritten) {
  Net net;
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net, batches(3));
  std::vector<std::string> saved;
  trainer.on<event::CheckpointSaved>(
      [&](auto const& e) { saved.push_back(fs::path(e.path).filename().string()); });
  for (auto const* const name : {"a", "b", "c"}) {
    trainer.save_checkpoint(folder_ / name, kAsynchronous);
  }
  EXPECT_EQ(saved, (std::vector<std::string>{"a", "b"}));
  trainer.wait_for_checkpoint();
  EXPECT_EQ(saved.back(), "c");
}

}  // namespace
}  // namespace sferic::test
