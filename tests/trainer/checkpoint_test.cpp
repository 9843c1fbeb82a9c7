#include <sferic/checkpoint/checkpoint.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

class SavingCheckpoints : public testing::Test {
 protected:
  TemporaryFolder const temporary_;
  fs::path const folder_ = temporary_.path();
};

TEST_F(SavingCheckpoints, IsToldBeforeAndAfter) {
  Trainer trainer({.max_epochs = 1});
  Recorder recorder;
  auto const recording = trainer.attach(recorder);
  auto const path = folder_ / "at_epoch_end.ckpt";
  bool stood_before = true;
  bool stands_after = false;
  trainer.on<event::SaveCheckpoint>([&](auto const&) { stood_before = fs::exists(path); });
  trainer.on<event::CheckpointSaved>([&](auto const& e) { stands_after = fs::exists(e.path); });
  trainer.on<event::TrainEpochEnd>([&](auto const&) { trainer.save_checkpoint(path); },
                                   Order::kLast);
  Net net;
  trainer.fit(net, batches(1));
  EXPECT_EQ(recorder.events,
            lines(kFitBegin + "train_start " + kEpochBegin + kBatch +
                  "train_epoch_end save_checkpoint checkpoint_saved epoch_end train_end fit_end "
                  "teardown"));
  EXPECT_FALSE(stood_before);
  EXPECT_TRUE(stands_after);
}

TEST_F(SavingCheckpoints, LetsAFitGoOnAtTheNextEpoch) {
  Net whole;
  Trainer({.max_epochs = 4}).fit(whole, batches(3));

  auto const path = folder_ / "deeper" / "half.ckpt";
  Net half;
  Trainer first({.max_epochs = 2});
  first.fit(half, batches(3));
  first.save_checkpoint(path);

  Net resumed;
  resumed.linear->weight.data().zero_();
  Trainer second({.max_epochs = 4});
  Recorder recorder;
  auto const recording = second.attach(recorder);
  std::vector<std::int64_t> epochs;
  second.on<event::TrainEpochStart>([&](auto const& e) { epochs.push_back(e.progress.epoch); });
  second.fit(resumed, batches(3), {.resume_from = path});
  EXPECT_EQ(epochs, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(second.progress().optimizer_steps, 12);
  EXPECT_TRUE(torch::equal(weights_of(resumed), weights_of(whole)));
  EXPECT_EQ(recorder.count("load_checkpoint"), 1);
  EXPECT_NE(recorder.events.find(lines("pretrain_routine_start load_checkpoint "
                                       "pretrain_routine_end")),
            std::string::npos);
}

TEST_F(SavingCheckpoints, CarriesWhatHandlersAdd) {
  auto const path = folder_ / "entries.ckpt";
  std::string const bytes("\0binary\xff", 8);
  Net net;
  {
    Trainer trainer({.max_epochs = 1});
    trainer.on<event::SaveCheckpoint>([&](auto const& e) {
      e.checkpoint.put("note", bytes);
      e.checkpoint.put("nothing", "");
      EXPECT_THROW(e.checkpoint.put("note", "again"), std::invalid_argument);
      EXPECT_THROW(e.checkpoint.put("", "nameless"), std::invalid_argument);
    });
    trainer.fit(net, batches(1));
    trainer.save_checkpoint(path);
  }
  Trainer trainer({.max_epochs = 2});
  int loaded = 0;
  trainer.on<event::LoadCheckpoint>([&](auto const& e) {
    ++loaded;
    ASSERT_NE(e.checkpoint.find("note"), nullptr);
    EXPECT_EQ(*e.checkpoint.find("note"), bytes);
    EXPECT_EQ(*e.checkpoint.find("nothing"), "");
    EXPECT_EQ(e.checkpoint.find("other"), nullptr);
    EXPECT_EQ(e.checkpoint.names().size(), 2u);
  });
  trainer.fit(net, batches(1), {.resume_from = path});
  EXPECT_EQ(loaded, 1);
}

TEST_F(SavingCheckpoints, KeepsTheOldFileWhereTheNewOneFails) {
  auto const path = folder_ / "kept.ckpt";
  Net net;
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net, batches(1));
  trainer.save_checkpoint(path);
  auto const size = fs::file_size(path);
  trainer.on<event::SaveCheckpoint>([](auto const&) { throw std::runtime_error("no"); });
  EXPECT_THROW(trainer.save_checkpoint(path), std::runtime_error);
  EXPECT_EQ(fs::file_size(path), size);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(SavingCheckpoints, StoresOtherWeightsWhereAHandlerSaysSo) {
  auto const path = folder_ / "average.ckpt";
  Net net;
  Trainer trainer({.max_epochs = 1});
  auto const average = torch::full({2}, 0.25, torch::kDouble);
  trainer.on<event::SaveCheckpoint>([&](auto const& e) {
    EXPECT_TRUE(e.options.weights_only);
    e.checkpoint.replace_weight("linear.bias", average);
  });
  trainer.fit(net, batches(1));
  auto const before = weights_of(net);
  trainer.save_checkpoint(path, {.weights_only = true});
  EXPECT_TRUE(torch::equal(weights_of(net), before));
  Net read;
  trainer.load_checkpoint(read, path);
  EXPECT_TRUE(torch::equal(read.linear->bias.detach(), average));
}

/// The first version of the format, as it was written then.
TEST_F(SavingCheckpoints, AreReadInTheFirstVersionOfTheFormat) {
  auto const path = fs::path(SFERIC_TESTS) / "trainer" / "golden" / "format_1.ckpt";
  Net net;
  Trainer trainer({.max_epochs = 3});
  trainer.on<event::LoadCheckpoint>(
      [](auto const& e) { EXPECT_EQ(*e.checkpoint.find("note"), "golden"); });
  trainer.fit(net, batches(2), {.resume_from = path});
  EXPECT_EQ(trainer.progress().optimizer_steps, 6);

  Net whole;
  Trainer({.max_epochs = 3}).fit(whole, batches(2));
  EXPECT_TRUE(torch::allclose(weights_of(net), weights_of(whole), 1e-12, 1e-12));
}

TEST_F(SavingCheckpoints, NamesAFileThatCannotBeWrittenOrRead) {
  Net net;
  Trainer trainer({.max_epochs = 1});
  EXPECT_THROW(trainer.save_checkpoint(folder_ / "early.ckpt"), std::logic_error);
  trainer.fit(net, batches(1));

  std::ofstream(folder_ / "file") << "no folder";
  auto const beneath = folder_ / "file" / "x.ckpt";
  EXPECT_NE(
      message_of<CheckpointError>([&] { trainer.save_checkpoint(beneath); }).find(beneath.string()),
      std::string::npos);

  std::ofstream(folder_ / "foreign.ckpt") << "not an archive";
  for (auto const* const name : {"absent.ckpt", "foreign.ckpt"}) {
    auto const path = folder_ / name;
    auto const before = weights_of(net);
    EXPECT_NE(message_of<CheckpointError>([&] {
      trainer.fit(net, batches(1), {.resume_from = path});
    }).find(path.string()),
              std::string::npos);
    EXPECT_TRUE(torch::equal(weights_of(net), before));
  }
}

}  // namespace
}  // namespace sferic::test
