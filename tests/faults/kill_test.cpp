// Kills a training at random moments, as often as SFERIC_KILLS says (30), lets it go on each time
// from the checkpoint that it left, and compares what it ends with.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <thread>

#include "faults/processes.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::int64_t from_environment(char const* name, std::int64_t otherwise) {
  char const* const text = std::getenv(name);
  return text ? std::atoll(text) : otherwise;
}

std::vector<std::string> command(fs::path const& folder) {
  return {SFERIC_KILLED_TRAINING, folder.string(), "4"};
}

std::string outcome(fs::path const& folder) {
  std::ifstream file(folder / "outcome");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The last checkpoint, and at most one that was being written.
auto files(fs::path const& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

TEST(Kill, TrainingsKilledAtAnyMomentEndAsTheOneThatWasNot) {
  auto const wanted = from_environment("SFERIC_KILLS", 30);
  auto const seed = static_cast<std::mt19937::result_type>(
      from_environment("SFERIC_KILL_SEED", std::random_device()()));
  std::cout << "SFERIC_KILL_SEED=" << seed << std::endl;
  std::mt19937 random(seed);

  TemporaryFolder const whole;
  auto const begin = Clock::now();
  ASSERT_EQ(Process(command(whole.path())).wait(), 0);
  std::chrono::duration<double> const duration = Clock::now() - begin;
  auto const expected = outcome(whole.path());
  ASSERT_FALSE(expected.empty());

  std::uniform_real_distribution<double> moment(0, 0.9 * duration.count());
  std::int64_t kills = 0;
  std::int64_t trainings = 0;
  while (kills < wanted) {
    TemporaryFolder const folder;
    for (bool ended = false; !ended;) {
      Process training(command(folder.path()));
      if (kills < wanted) {
        std::this_thread::sleep_for(std::chrono::duration<double>(moment(random)));
        int const code = training.kill();
        ASSERT_TRUE(code == -1 || code == 0) << "after " << kills << " kills";
        kills += code == -1 ? 1 : 0;
        ended = code == 0;
      } else {
        ASSERT_EQ(training.wait(), 0) << "after " << kills << " kills";
        ended = true;
      }
      ASSERT_LE(files(folder.path()), 3);
    }
    ++trainings;
    ASSERT_EQ(outcome(folder.path()), expected) << "after " << kills << " kills";
  }
  std::cout << kills << " kills in " << trainings << " trainings" << std::endl;
}

TEST(Kill, TwoTrainingsThatSaveIntoOneFileLeaveAWholeOne) {
  TemporaryFolder const folder;
  Process first(command(folder.path()));
  Process second(command(folder.path()));
  EXPECT_EQ(first.wait(), 0);
  EXPECT_EQ(second.wait(), 0);
  // The file is one of the two's last, from which both end the same.
  auto const expected = outcome(folder.path());
  fs::remove(folder.path() / "outcome");
  ASSERT_EQ(Process(command(folder.path())).wait(), 0);
  EXPECT_EQ(outcome(folder.path()), expected);
}

}  // namespace
}  // namespace sferic::test
