#include <sferic/checkpoint/checkpoint.hpp>
#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/state.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

struct SavedCounter {
  static constexpr std::string_view kStateKey = "test::Counter";
  void on(event::TrainBatchEnd const&) { ++count; }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & count;
  }
  std::int64_t count = 0;
};

struct Other {
  static constexpr std::string_view kStateKey = "test::Other";
  void on(event::TrainBatchEnd const&) {}
  template <class Archive>
  void serialize(Archive&, unsigned) {}
};

/// Cannot read its own state.
struct Unreadable {
  static constexpr std::string_view kStateKey = "test::Broken";
  bool fails = false;
  void on(event::TrainBatchEnd const&) {}
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    std::int64_t number = 0;
    archive & number;
    if (fails) throw std::runtime_error("broken on purpose");
  }
};

class Loading : public testing::Test {
 protected:
  TemporaryFolder const temporary_;
  fs::path const folder_ = temporary_.path();
  fs::path const path_ = folder_ / "x.ckpt";
};

TEST_F(Loading, ForAnEvaluationTakesTheModuleAndTheStates) {
  Net net;
  Trainer trainer({.max_epochs = 1}, SavedCounter());
  trainer.fit(net, batches(3));
  trainer.save_checkpoint(path_);

  Net read;
  Trainer other({}, SavedCounter(), Other());
  int told = 0;
  other.on<event::LoadCheckpoint>([&](auto const& e) {
    ++told;
    EXPECT_EQ(e.report.restored, std::vector<std::string>{"test::Counter"});
    EXPECT_EQ(e.checkpoint.weight_names(),
              (std::vector<std::string>{"linear.weight", "linear.bias"}));
  });
  auto const report = other.load_checkpoint(read, path_);
  EXPECT_TRUE(torch::equal(weights_of(read), weights_of(net)));
  EXPECT_EQ(other.callback<SavedCounter>()->count, 3);
  EXPECT_EQ(report.fresh, std::vector<std::string>{"test::Other"});
  EXPECT_TRUE(report.missing.empty());
  EXPECT_EQ(told, 1);
  other.validate(read, batches(1));
}

TEST_F(Loading, WarnsOfAStateThatNobodyTakes) {
  Net net;
  Trainer trainer({.max_epochs = 1}, SavedCounter());
  trainer.fit(net, batches(1));
  trainer.save_checkpoint(path_);
  Trainer other;
  testing::internal::CaptureStderr();
  auto const report = other.load_checkpoint(net, path_);
  auto const warning = testing::internal::GetCapturedStderr();
  EXPECT_EQ(report.missing, std::vector<std::string>{"test::Counter"});
  EXPECT_NE(warning.find("test::Counter"), std::string::npos) << warning;
}

TEST_F(Loading, OfWeightsOnlyDoesForAnEvaluationAndNotForAFit) {
  Net net;
  Trainer trainer({.max_epochs = 1}, SavedCounter());
  trainer.fit(net, batches(3));
  trainer.save_checkpoint(path_, {.weights_only = true});
  Net read;
  Trainer other({.max_epochs = 2}, SavedCounter());
  auto const report = other.load_checkpoint(read, path_);
  EXPECT_TRUE(torch::equal(weights_of(read), weights_of(net)));
  EXPECT_EQ(report.fresh, std::vector<std::string>{"test::Counter"});
  auto const message =
      message_of<CheckpointError>([&] { other.fit(read, batches(3), {.resume_from = path_}); });
  EXPECT_NE(message.find("weights only"), std::string::npos) << message;
}

TEST_F(Loading, ThatFailsLeavesModuleOptimizerAndCallbacksAsTheyWere) {
  Net net;
  {
    Trainer trainer({.max_epochs = 1}, SavedCounter(), Unreadable());
    trainer.fit(net, batches(3));
    trainer.save_checkpoint(path_);
  }
  Net fresh;
  Trainer trainer({.max_epochs = 2}, SavedCounter(), Unreadable{.fails = true});
  auto const before = weights_of(fresh);
  std::int64_t steps = -1;
  bool has_state = true;
  trainer.on<event::Exception>([&](auto const& e) {
    steps = e.progress.optimizer_steps;
    has_state = fresh.linear->weight.grad().defined();
  });
  // The undo reads states, too.
  auto const message = message_of<std::runtime_error>(
      [&] { trainer.fit(fresh, batches(3), {.resume_from = path_}); });
  EXPECT_NE(message.find("broken on purpose"), std::string::npos) << message;
  EXPECT_TRUE(torch::equal(weights_of(fresh), before));
  EXPECT_EQ(trainer.callback<SavedCounter>()->count, 0);
  EXPECT_EQ(steps, 0);
  EXPECT_FALSE(has_state);
}

TEST_F(Loading, IntoAnotherModuleNamesWhatDoesNotFit) {
  Net net;
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net, batches(1));
  trainer.save_checkpoint(path_);
  auto const message_for = [&](torch::nn::Module& module) {
    return message_of<CheckpointError>([&] { Trainer().load_checkpoint(module, path_); });
  };
  struct Wider : torch::nn::Module {
    torch::nn::Linear linear = register_module("linear", torch::nn::Linear(4, 2));
  } wider;
  wider.to(torch::kDouble);
  EXPECT_NE(message_for(wider).find("module/linear.weight"), std::string::npos);
  EXPECT_NE(message_for(wider).find("Double[2, 3]"), std::string::npos) << message_for(wider);

  struct Float : torch::nn::Module {
    torch::nn::Linear linear = register_module("linear", torch::nn::Linear(3, 2));
  } narrow;
  EXPECT_NE(message_for(narrow).find("Float"), std::string::npos) << message_for(narrow);

  struct Renamed : torch::nn::Module {
    torch::nn::Linear linear = register_module("other", torch::nn::Linear(3, 2));
  } renamed;
  EXPECT_NE(message_for(renamed).find("is not in the module"), std::string::npos);

  struct More : Renamed {
    torch::nn::Linear more = register_module("linear", torch::nn::Linear(3, 2));
  } more;
  more.to(torch::kDouble);
  EXPECT_NE(message_for(more).find("module/other"), std::string::npos) << message_for(more);
  EXPECT_NE(message_for(more).find("is missing"), std::string::npos) << message_for(more);
}

TEST_F(Loading, ForAnotherOptimizerNamesBoth) {
  struct ByAdam : Net {
    auto configure_optimizers() { return torch::optim::Adam(parameters(), 0.1); }
  };
  Net net;
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net, batches(1));
  trainer.save_checkpoint(path_);
  ByAdam adam;
  auto const message =
      message_of<CheckpointError>([&] { trainer.fit(adam, batches(1), {.resume_from = path_}); });
  EXPECT_NE(message.find("SGD"), std::string::npos) << message;
  EXPECT_NE(message.find("Adam"), std::string::npos) << message;
}

TEST_F(Loading, OfMoreEpochsThanTheFitMayMakeIsRefused) {
  Net net;
  Trainer trainer({.max_epochs = 3});
  trainer.fit(net, batches(1));
  trainer.save_checkpoint(path_);
  Trainer shorter({.max_epochs = 2});
  auto const message = message_of<std::invalid_argument>(
      [&] { shorter.fit(net, batches(1), {.resume_from = path_}); });
  EXPECT_NE(message.find("max_epochs is 2"), std::string::npos) << message;
  EXPECT_NE(message.find("3 epochs"), std::string::npos) << message;
}

TEST_F(Loading, TheLastOrTheBestIsWhatACallbackKnowsAsSuch) {
  Net net;
  Trainer trainer({.max_epochs = 1});
  trainer.fit(net, batches(2));
  trainer.save_checkpoint(folder_ / "old.ckpt");
  fs::last_write_time(folder_ / "old.ckpt",
                      fs::file_time_type::clock::now() - std::chrono::hours(1));
  trainer.save_checkpoint(folder_ / "new.ckpt");

  Trainer second({.max_epochs = 2});
  std::vector<std::string> wanted;
  second.on<event::FindCheckpoint>([&](auto const& e) {
    wanted.emplace_back(e.which);
    for (auto const* const name : {"old.ckpt", "new.ckpt", "gone.ckpt"}) {
      e.candidates.push_back(folder_ / name);
    }
  });
  second.on<event::LoadCheckpoint>([&](auto const& e) { EXPECT_EQ(e.report.missing.size(), 0u); });
  second.fit(net, batches(2), {.resume_from = "last"});
  EXPECT_EQ(second.progress().optimizer_steps, 4);
  second.fit(net, batches(2), {.resume_from = "best"});
  EXPECT_EQ(wanted, (std::vector<std::string>{"last", "best"}));
}

TEST_F(Loading, TheLastOneBeginsAnewWhereThereIsNoneAndTheBestIsAnError) {
  Net net;
  Trainer trainer({.max_epochs = 1});
  testing::internal::CaptureStderr();
  trainer.fit(net, batches(2), {.resume_from = "last"});
  EXPECT_NE(testing::internal::GetCapturedStderr().find("begins anew"), std::string::npos);
  EXPECT_EQ(trainer.progress().optimizer_steps, 2);
  EXPECT_THROW(trainer.fit(net, batches(2), {.resume_from = "best"}), CheckpointError);
}

TEST_F(Loading, WithinATaskIsRefused) {
  Net net;
  Trainer trainer({.max_epochs = 1});
  trainer.on<event::TrainStart>(
      [&](auto const&) { EXPECT_THROW(trainer.load_checkpoint(net, path_), std::logic_error); });
  trainer.fit(net, batches(1));
}

}  // namespace
}  // namespace sferic::test
