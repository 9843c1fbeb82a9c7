#include <sferic/checkpoint/detail/content_reader.hpp>
#include <sferic/checkpoint/detail/content_writer.hpp>
#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

#include "support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

/// No std::exception.
struct Odd {};

class CheckpointEdges : public testing::Test {
 protected:
  TemporaryFolder const temporary_;
  fs::path const folder_ = temporary_.path();
  fs::path const path_ = folder_ / "x.ckpt";
  Net net_;
};

TEST_F(CheckpointEdges, AHandlerThatIsToldOfOneMaySaveAnother) {
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net_, batches(1));
  std::vector<std::string> saved;
  trainer.on<event::CheckpointSaved>([&](auto const& e) {
    saved.push_back(fs::path(e.path).filename().string());
    if (saved.size() == 1) trainer.save_checkpoint(folder_ / "b", {.asynchronous = true});
  });
  trainer.save_checkpoint(folder_ / "a", {.asynchronous = true});
  trainer.save_checkpoint(folder_ / "c", {.asynchronous = true});
  trainer.wait_for_checkpoint();
  EXPECT_EQ(saved, (std::vector<std::string>{"a", "b", "c"}));
  for (auto const& name : saved) EXPECT_TRUE(fs::exists(folder_ / name)) << name;
}

TEST_F(CheckpointEdges, AHandlerThatIsAskedForOneCannotSaveAnother) {
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net_, batches(1));
  trainer.on<event::SaveCheckpoint>([&](auto const&) { trainer.save_checkpoint(folder_ / "y"); });
  EXPECT_THROW(trainer.save_checkpoint(path_), std::logic_error);
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(CheckpointEdges, AnOddErrorInAHandlerLeavesTheFirstErrorAndTheTeardown) {
  Trainer trainer({.max_epochs = 1});
  int torn_down = 0;
  trainer.on<event::TrainStart>([](auto const&) { throw std::runtime_error("the first"); });
  trainer.on<event::Exception>([&](auto const& e) { e.control.request_checkpoint(path_); });
  trainer.on<event::CheckpointSaved>([](auto const&) { throw Odd(); });
  trainer.on<event::Teardown>([&](auto const&) { ++torn_down; });
  EXPECT_EQ(message_of<std::runtime_error>([&] { trainer.fit(net_, batches(1)); }), "the first");
  EXPECT_EQ(torn_down, 1);
}

TEST_F(CheckpointEdges, WhatWasRequestedInABatchThatBreaksIsNotSaved) {
  Trainer trainer({.max_epochs = 1});
  trainer.on<event::TrainBatchStart>([&](auto const& e) { e.control.request_checkpoint(path_); });
  trainer.on<event::AfterBackward>(after(1),
                                   [](auto const&) { throw std::runtime_error("broken"); });
  std::int64_t saved = 0;
  trainer.on<event::CheckpointSaved>([&](auto const&) { ++saved; });
  EXPECT_THROW(trainer.fit(net_, batches(3)), std::runtime_error);
  EXPECT_EQ(saved, 1);  // of the first batch, which is whole
}

TEST_F(CheckpointEdges, OfAnotherModuleThanTheFitsHoldWeightsOnly) {
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net_, batches(2));
  Net other;
  trainer.validate(other, batches(1));
  trainer.save_checkpoint(path_);
  EXPECT_THROW(trainer.fit(net_, batches(2), {.resume_from = path_}), CheckpointError);
  Net read;
  trainer.load_checkpoint(read, path_);
  EXPECT_TRUE(torch::equal(weights_of(read), weights_of(other)));
}

TEST_F(CheckpointEdges, WithACountThatNoLoopHasAreRefusedAndChangeNothing) {
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net_, batches(2));
  trainer.save_checkpoint(path_);
  for (auto const* const entry :
       {"loop/train/batches_done", "progress/epoch", "loop/next", "loop/accumulated"}) {
    auto content = detail::read_content(path_);
    content.values[entry] = std::int64_t{-3};
    auto const hostile = folder_ / "hostile.ckpt";
    detail::write_content(content, hostile);
    Net fresh;
    auto const before = weights_of(fresh);
    auto const message = message_of<CheckpointError>(
        [&] { Trainer({.max_epochs = 2}).fit(fresh, batches(2), {.resume_from = hostile}); });
    EXPECT_NE(message.find(entry), std::string::npos) << message;
    EXPECT_TRUE(torch::equal(weights_of(fresh), before));
  }
}

TEST_F(CheckpointEdges, OfANewerFormatAreNamedAsSuch) {
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net_, batches(1));
  trainer.save_checkpoint(path_);
  auto content = detail::read_content(path_);
  content.values["format"] = detail::kFormat + 1;
  detail::write_content(content, path_);
  auto const message = message_of<CheckpointError>([&] { trainer.load_checkpoint(net_, path_); });
  EXPECT_NE(message.find("newer"), std::string::npos) << message;
}

}  // namespace
}  // namespace sferic::test
