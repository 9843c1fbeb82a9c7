// Several threads run random programs on one signal, and watch what the contract lets them see.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "signal/model/settings.hpp"
#include "signal/model/thread_program.hpp"

namespace sferic::test::model {
namespace {

constexpr int kSteps = 100;

/// Runs one program on each of so many threads; returns how many steps they made.
std::uint64_t run_threads(World& world, std::size_t threads, std::uint64_t seed) {
  std::latch start(static_cast<std::ptrdiff_t>(threads));
  std::vector<std::unique_ptr<ThreadProgram>> programs;
  for (std::size_t i = 0; i < threads; ++i)
    programs.push_back(std::make_unique<ThreadProgram>(world, i, seed * 16 + i));
  {
    std::vector<std::jthread> running;
    for (auto const& program : programs) {
      running.emplace_back([&] {
        start.arrive_and_wait();
        program->run(kSteps);
      });
    }
  }
  std::uint64_t steps = 0;
  for (auto const& program : programs) steps += static_cast<std::uint64_t>(program->steps());
  return steps;
}

void expect_contract(bool watched) {
  std::uint64_t seed = setting("SFERIC_MODEL_SEED", 1);
  std::uint64_t const wanted = setting("SFERIC_MODEL_OPERATIONS", 60'000);
  for (std::uint64_t done = 0; done < wanted; ++seed) {
    World world(watched);
    done += run_threads(world, 2 + seed % 3, seed);
    char const* const violation = world.violation;
    ASSERT_EQ(violation, nullptr) << violation << ", seen with SFERIC_MODEL_SEED=" << seed;
    world.closing = true;
    std::size_t const connected = world.signal.slot_count();
    ASSERT_EQ(static_cast<std::size_t>(world.living), connected)
        << "captures outlive their connections, seen with SFERIC_MODEL_SEED=" << seed;
    world.signal.disconnect_all();
    ASSERT_EQ(world.living, 0) << "captures live on, seen with SFERIC_MODEL_SEED=" << seed;
  }
}

TEST(ModelThreads, SeeEmissionsThatKeepTheContract) { expect_contract(true); }

TEST(ModelThreads, RaceNowhere) { expect_contract(false); }

}  // namespace
}  // namespace sferic::test::model
