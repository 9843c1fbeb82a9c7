#include <sferic/callbacks/on_exception_checkpoint.hpp>

#include <sferic/trainer/interrupted.hpp>

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "callbacks/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

template <class Event>
void fail_at(Trainer& trainer) {
  trainer.on<Event>([](auto const&) { throw std::runtime_error("broken"); });
}

class OnExceptionCheckpoints : public testing::Test {
 protected:
  OnExceptionCheckpointOptions options() const { return {.dirpath = folder_.path() / "sub"}; }
  fs::path path() const { return folder_.path() / "sub" / "on_exception.ckpt"; }

  /// A fit of two epochs of two batches that breaks when so many batches are through, if so.
  void fit(int broken_after, FitOptions const& fit_options = {}) {
    Trainer trainer({.max_epochs = 2});
    trainer.add(OnExceptionCheckpoint(options()));
    trainer.on<event::BatchEnd>([&](auto const& e) {
      if (e.progress.optimizer_steps == broken_after) throw std::runtime_error("broken");
    });
    trainer.fit(net_, batches(2), fit_options);
  }

  TemporaryFolder folder_;
  Net net_;
};

TEST_F(OnExceptionCheckpoints, SaveWhereAnErrorEndsAFitAndAreDeletedByOneThatEndsWell) {
  EXPECT_THROW(fit(3), std::runtime_error);
  EXPECT_TRUE(fs::exists(path()));
  fit(0, {.resume_from = "last"});
  EXPECT_FALSE(fs::exists(path()));
  auto const resumed = weights_of(net_);

  net_ = Net();
  fit(0);
  EXPECT_TRUE(resumed.equal(weights_of(net_)));
}

TEST_F(OnExceptionCheckpoints, ReplaceAnOlderOne) {
  fs::create_directories(path().parent_path());
  std::ofstream(path()) << "older";
  EXPECT_THROW(fit(1), std::runtime_error);
  EXPECT_GT(fs::file_size(path()), 100u);
}

TEST_F(OnExceptionCheckpoints, SaveWhenASignalEndsAFit) {
  Trainer trainer({.max_epochs = 2});
  trainer.add(OnExceptionCheckpoint(options()));
  trainer.on<event::TrainBatchEnd>(once(), [](auto const&) { std::raise(SIGTERM); });
  EXPECT_THROW(trainer.fit(net_, batches(2)), Interrupted);
  EXPECT_TRUE(fs::exists(path()));
}

TEST_F(OnExceptionCheckpoints, LeaveTheFirstErrorWhereTheyCannotBeWritten) {
  std::ofstream(folder_.path() / "sub") << "no folder";
  EXPECT_EQ(message_of<std::runtime_error>([&] { fit(1); }), "broken");
}

TEST_F(OnExceptionCheckpoints, LeaveOtherTasksTrialsAndSanityChecksAlone) {
  Trainer trainer({.max_epochs = 1});
  trainer.add(OnExceptionCheckpoint(options()));
  auto const breaks = [](auto const&) { throw std::runtime_error("broken"); };
  trainer.on<event::ValidationBatchEnd>(breaks);
  EXPECT_THROW(trainer.validate(net_, batches(1)), std::runtime_error);
  EXPECT_THROW(trainer.fit(net_, batches(1), batches(1)), std::runtime_error);

  Trainer trial({.fast_dev_run = 1});
  trial.add(OnExceptionCheckpoint(options()));
  trial.on<event::TrainBatchEnd>(breaks);
  EXPECT_THROW(trial.fit(net_, batches(1)), std::runtime_error);
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(OnExceptionCheckpoints, SurviveAFitThatFailsBeforeItTrains) {
  EXPECT_THROW(fit(3), std::runtime_error);
  auto const size = fs::file_size(path());
  for (auto const fails : {&fail_at<event::Setup>, &fail_at<event::FitStart>}) {
    Trainer trainer({.max_epochs = 1});
    trainer.add(OnExceptionCheckpoint(options()));
    fails(trainer);
    EXPECT_THROW(trainer.fit(net_, batches(2)), std::runtime_error);
    EXPECT_EQ(fs::file_size(path()), size);
  }
  fit(0, {.resume_from = "last"});
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(OnExceptionCheckpoints, AreNotDeletedByAValidation) {
  EXPECT_THROW(fit(1), std::runtime_error);
  Trainer trainer;
  trainer.add(OnExceptionCheckpoint(options()));
  trainer.validate(net_, batches(1));
  EXPECT_TRUE(fs::exists(path()));
}

TEST(OnExceptionCheckpointTest, RefusesEmptyOptions) {
  EXPECT_EQ(message_of<std::invalid_argument>([] { OnExceptionCheckpoint({}); }),
            "dirpath of OnExceptionCheckpoint must be given, but got \"\"");
  EXPECT_THROW(OnExceptionCheckpoint({.dirpath = "a", .filename = ""}), std::invalid_argument);
}

}  // namespace
}  // namespace sferic::test
