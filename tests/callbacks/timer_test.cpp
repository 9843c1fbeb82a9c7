#include <sferic/callbacks/timer.hpp>

#include <gtest/gtest.h>

#include "callbacks/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

using Seconds = std::chrono::duration<double>;

/// A clock that is set by hand.
double now = 0;
std::chrono::steady_clock::time_point clock_by_hand() {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(Seconds(now)));
}

class Timers : public testing::Test {
 protected:
  Timers() { now = 0; }

  static Timer timer(std::optional<double> seconds, TimerInterval interval = TimerInterval::kStep) {
    TimerOptions options{.interval = interval, .clock = &clock_by_hand};
    if (seconds) options.duration = Seconds(*seconds);
    return Timer(options);
  }

  /// Each training batch takes a second, each validation batch a tenth.
  Net net_ = [] {
    Net net;
    net.while_training = [](Step&) { now += 1; };
    net.while_validating = [](Step&) { now += 0.1; };
    return net;
  }();
};

TEST_F(Timers, TakeTheTimeOfEachStage) {
  Trainer trainer({.max_epochs = 2, .num_sanity_val_steps = 1});
  auto& watch = trainer.add(timer({}));
  trainer.fit(net_, batches(3), batches(2));
  EXPECT_NEAR(watch.elapsed().count(), 2 * (3 + 0.2), 1e-6);
  EXPECT_NEAR(watch.elapsed(Stage::kValidation).count(), 0.4, 1e-6);
  EXPECT_NEAR(watch.elapsed(Stage::kSanityCheck).count(), 0.1, 1e-6);
  EXPECT_EQ(watch.elapsed(Stage::kTest).count(), 0);
  EXPECT_EQ(watch.remaining(), std::nullopt);
}

TEST_F(Timers, TakeTheTimeOfTestsAndPredictions) {
  Trainer trainer;
  auto& watch = trainer.add(timer({}));
  trainer.on<event::TestBatchEnd>([](auto const&) { now += 2; });
  trainer.on<event::PredictBatchEnd>([](auto const&) { now += 3; });
  trainer.test(net_, batches(1));
  trainer.predict(net_, batches(1));
  EXPECT_NEAR(watch.elapsed(Stage::kTest).count(), 2, 1e-6);
  EXPECT_NEAR(watch.elapsed(Stage::kPredict).count(), 3, 1e-6);
}

TEST_F(Timers, StopAfterTheBatchInWhichTheTimeIsOver) {
  Trainer trainer({.max_epochs = 5});
  auto& watch = trainer.add(timer(4));
  trainer.fit(net_, batches(3));
  EXPECT_EQ(trainer.progress().optimizer_steps, 4);
  EXPECT_EQ(watch.remaining(), Seconds(0));
}

TEST_F(Timers, FinishTheEpochWhereTheyAreAskedTo) {
  Trainer trainer({.max_epochs = 5});
  trainer.add(timer(4, TimerInterval::kEpoch));
  trainer.fit(net_, batches(3));
  EXPECT_EQ(trainer.progress().optimizer_steps, 6);
}

TEST_F(Timers, TrainNothingWithoutTime) {
  Trainer trainer({.max_epochs = 5});
  trainer.add(timer(0));
  trainer.fit(net_, batches(3));
  EXPECT_EQ(trainer.progress().optimizer_steps, 0);
}

TEST_F(Timers, LetTheFewestStepsBeMade) {
  Trainer trainer({.max_epochs = 5, .min_steps = 5});
  trainer.add(timer(2));
  trainer.fit(net_, batches(3));
  EXPECT_EQ(trainer.progress().optimizer_steps, 5);
}

TEST_F(Timers, TellWhatIsLeft) {
  Trainer trainer({.max_epochs = 1});
  auto& watch = trainer.add(timer(10));
  trainer.fit(net_, batches(3));
  EXPECT_NEAR(watch.remaining()->count(), 7, 1e-6);
}

TEST_F(Timers, GoOnWithTheTimeOfACheckpoint) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "a.ckpt";
  {
    Trainer trainer({.max_epochs = 1});
    trainer.add(timer(5));
    trainer.fit(net_, batches(3));
    trainer.save_checkpoint(path);
  }
  Trainer trainer({.max_epochs = 9});
  auto& watch = trainer.add(timer(5));
  trainer.fit(net_, batches(3), {.resume_from = path});
  EXPECT_EQ(trainer.progress().optimizer_steps, 5);
  EXPECT_NEAR(watch.elapsed().count(), 5, 1e-6);
}

TEST_F(Timers, StopTheirRunOnlySoThatAnotherOneWithMoreTimeGoesOn) {
  TemporaryFolder const folder;
  auto const path = folder.path() / "a.ckpt";
  for (double const seconds : {2, 5}) {
    Trainer trainer({.max_epochs = 9});
    trainer.add(timer(seconds));
    trainer.fit(net_, batches(3), {.resume_from = seconds == 2 ? "" : path});
    EXPECT_EQ(trainer.progress().optimizer_steps, seconds);
    trainer.save_checkpoint(path);
  }
}

TEST_F(Timers, BeginAnewWithASecondFit) {
  Trainer trainer({.max_epochs = 1});
  auto& watch = trainer.add(timer(4));
  trainer.fit(net_, batches(3));
  trainer.fit(net_, batches(3));
  EXPECT_NEAR(watch.elapsed().count(), 3, 1e-6);
  trainer.fit(net_, batches(3), {.go_on = true});  // of which one epoch is over
  EXPECT_NEAR(watch.elapsed().count(), 3, 1e-6);
}

TEST_F(Timers, StandStillAfterAnError) {
  Trainer trainer({.max_epochs = 1});
  auto& watch = trainer.add(timer({}));
  trainer.on<event::TrainBatchEnd>([](auto const&) { throw std::runtime_error("broken"); });
  EXPECT_THROW(trainer.fit(net_, batches(3)), std::runtime_error);
  now += 100;
  EXPECT_NEAR(watch.elapsed().count(), 1, 1e-6);
}

TEST(TimerTest, RefusesOptionsOutOfTheirRange) {
  EXPECT_EQ(message_of<std::invalid_argument>([] { Timer({.duration = Seconds(-1)}); }),
            "duration of Timer must be >= 0 s, but got -1");
  EXPECT_THROW(Timer({.clock = nullptr}), std::invalid_argument);
}

TEST(ParseDuration, ReadsWhatOneTypesOnACommandLine) {
  EXPECT_EQ(parse_duration("12:30"), std::chrono::seconds(750));
  EXPECT_EQ(parse_duration("90:00"), std::chrono::minutes(90));
  EXPECT_EQ(parse_duration("01:00:05"), std::chrono::seconds(3605));
  EXPECT_EQ(parse_duration("02:01:12:30"),
            std::chrono::seconds(((2 * 24 + 1) * 60 + 12) * 60 + 30));
}

TEST(ParseDuration, RefusesAnythingElse) {
  for (auto const* text : {"", "12", "12:", ":12", "a:b", "1:60", "1:2:60", "1:60:00", "1:24:00:00",
                           "1:2:3:4:5", "-1:00", "1:-1", "1:0x", "99999999999:00"}) {
    EXPECT_EQ(message_of<std::invalid_argument>([&] { parse_duration(text); }),
              "a duration must be \"MM:SS\", \"HH:MM:SS\" or \"DD:HH:MM:SS\", but is \"" +
                  std::string(text) + "\"");
  }
}

}  // namespace
}  // namespace sferic::test
