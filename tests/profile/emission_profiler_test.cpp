#include <sferic/profile/emission_profiler.hpp>

#include <sferic/signal/signal.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace sferic::test {
namespace {

struct Tick {};

class EmissionProfilerTest : public testing::Test {
 protected:
  EmissionProfilerTest() { signal.observe(observation, "train_batch_end"); }

  EventProfile event() const { return profiler->profile().events.at(0); }

  std::shared_ptr<EmissionProfiler> profiler = std::make_shared<EmissionProfiler>();
  Observation observation{profiler};
  Signal<Tick> signal;
};

TEST_F(EmissionProfilerTest, HasNothingBeforeTheFirstEmission) {
  auto const profile = profiler->profile();
  EXPECT_TRUE(profile.events.empty());
  EXPECT_EQ(profile.steps.count, 0);
  EXPECT_EQ(profile.seconds, 0);
}

TEST_F(EmissionProfilerTest, CountsTheCallsOfEachHandler) {
  signal.connect([](auto const&) {}).set_name("fast");
  signal.connect([](auto const&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }).set_name("slow");
  for (int i = 0; i < 5; ++i) signal.emit({});
  auto const found = event();
  EXPECT_EQ(found.event, "train_batch_end");
  EXPECT_EQ(found.emissions.count, 5);
  ASSERT_EQ(found.handlers.size(), 2u);
  EXPECT_EQ(found.handlers[0].name, "fast");
  EXPECT_EQ(found.handlers[0].calls.count, 5);
  EXPECT_EQ(found.handlers[1].calls.count, 5);
  EXPECT_GE(found.handlers[1].calls.mean, 1.9e-3);
  EXPECT_GE(found.emissions.total, found.handlers[1].calls.total);
  EXPECT_LT(found.handlers[0].calls.p50, found.handlers[1].calls.p50);
  EXPECT_GE(profiler->profile().seconds, 9e-3);
}

TEST_F(EmissionProfilerTest, CountsHandlersOfOneNameAndPlaceAsOne) {
  for (int i = 0; i < 3; ++i) {
    ScopedConnection const connection = signal.connect([](auto const&) {});
    signal.connect([](auto const&) {}, Order::kLate, CallSite()).set_name("other");
    signal.emit({});
  }
  auto const found = event();
  ASSERT_EQ(found.handlers.size(), 2u);
  EXPECT_EQ(found.handlers[0].calls.count, 3);
  EXPECT_EQ(found.handlers[1].calls.count, 1 + 2 + 3);
}

TEST_F(EmissionProfilerTest, CountsACallThatThrows) {
  signal.connect([](auto const&) { throw std::runtime_error("no"); });
  signal.connect([](auto const&) {});
  EXPECT_THROW(signal.emit({}), std::runtime_error);
  auto const found = event();
  EXPECT_EQ(found.emissions.count, 1);
  EXPECT_EQ(found.handlers.at(0).calls.count, 1);
  EXPECT_EQ(found.handlers.at(1).calls.count, 0);
}

TEST_F(EmissionProfilerTest, ACallContainsWhatItEmits) {
  Signal<Tick> inner;
  inner.observe(observation, "inner");
  inner.connect([](auto const&) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); });
  signal.connect([&](Tick const& tick) { inner.emit(tick); });
  signal.emit({});
  auto const profile = profiler->profile();
  ASSERT_EQ(profile.events.size(), 2u);
  EXPECT_GE(profile.events[0].handlers.at(0).calls.total,
            profile.events[1].handlers.at(0).calls.total);
}

TEST_F(EmissionProfilerTest, AddsUpWhatThreadsEmit) {
  signal.connect([](auto const&) {});
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) signal.emit({});
    });
  }
  while (profiler->profile().events.empty()) std::this_thread::yield();  // may be asked meanwhile
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(event().handlers.at(0).calls.count, 3000);
  EXPECT_EQ(event().emissions.count, 3000);
}

TEST_F(EmissionProfilerTest, SeveralProfilersOfOneThreadDoNotMix) {
  Signal<Tick> other;
  auto const second = std::make_shared<EmissionProfiler>();
  Observation const of_second(second);
  other.observe(of_second, "other");
  for (int i = 0; i < 3; ++i) {
    signal.emit({});
    other.emit({});
    other.emit({});
  }
  EXPECT_EQ(event().emissions.count, 3);
  EXPECT_EQ(second->profile().events.at(0).emissions.count, 6);
}

TEST_F(EmissionProfilerTest, TellsTheOverheadThatItSubtracts) {
  signal.connect([](auto const&) {});
  for (int i = 0; i < 1000; ++i) signal.emit({});
  auto const profile = profiler->profile();
  EXPECT_GT(profile.overhead, 0);
  EXPECT_LT(profile.overhead, 1e-4);
  EXPECT_GE(profile.events.at(0).handlers.at(0).calls.p50, 0);
}

}  // namespace
}  // namespace sferic::test
